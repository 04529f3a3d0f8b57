/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a header, which is unchanged after parsing and writing; and an entry with any name
 * and data.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "newc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
round_trip(const char header[NEWC_HEADER])
{
	struct newc first, second;
	char written[NEWC_HEADER];

	if (newc_parse(header, &first) != 0)
		return;
	newc_header(&first, written);
	if (newc_parse(written, &second) != 0 || memcmp(&first, &second, sizeof(first)) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char header[NEWC_HEADER], name[256] = "", out[2048];
	struct newc entry = {.mode = 0100644, .nlink = 1}, read;

	memset(header, '0', sizeof(header));
	memcpy(header, "070701", 6);
	for (size_t i = 0; i + 2 <= size; i += 2)
		header[data[i] % sizeof(header)] = (char)data[i + 1];
	round_trip(header);
	if (size >= sizeof(header)) {
		memcpy(header, data, sizeof(header));
		round_trip(header);
	}
	size_t length = size < sizeof(name) ? size : sizeof(name) - 1;
	memcpy(name, data, length);
	size_t used = newc_entry(entry, name, data, size, out, sizeof(out));
	if (used == 0)
		return 0;
	if (newc_parse(out, &read) != 0 || used != newc_size(read.namesize, read.filesize) ||
	    read.filesize != size || memcmp(out + newc_data_offset(read.namesize), data, size) != 0)
		abort();
	return 0;
}
