/* SPDX-License-Identifier: MIT */
#include "newc.h"

#include <errno.h>
#include <string.h>

#include "text.h"

static const char magic[] = "070701", magic_of_sum[] = "070702";

enum { FIELDS = 13, DIGITS = 8 };

_Static_assert(sizeof(struct newc) == FIELDS * sizeof(uint32_t),
	       "a header's fields and nothing else");

void
newc_header(const struct newc *entry, char header[NEWC_HEADER])
{
	struct text t = text_in(header, NEWC_HEADER);
	uint32_t fields[FIELDS];

	memcpy(fields, entry, sizeof(fields));
	text_string(&t, magic);
	for (int i = 0; i < FIELDS; i++)
		text_hex(&t, fields[i], DIGITS);
}

int
newc_parse(const char header[NEWC_HEADER], struct newc *entry)
{
	uint32_t fields[FIELDS] = {0};

	if (memcmp(header, magic, strlen(magic)) != 0 && !newc_is_summed(header))
		goto bad;
	for (int i = 0; i < FIELDS * DIGITS; i++) {
		int digit = text_hex_digit(header[strlen(magic) + (size_t)i]);
		if (digit < 0)
			goto bad;
		fields[i / DIGITS] = fields[i / DIGITS] << 4 | (uint32_t)digit;
	}
	memcpy(entry, fields, sizeof(fields));
	return 0;
bad:
	errno = EINVAL;
	return -1;
}

bool
newc_is_summed(const char header[NEWC_HEADER])
{
	return memcmp(header, magic_of_sum, strlen(magic_of_sum)) == 0;
}

uint32_t
newc_sum(const void *data, size_t length)
{
	const unsigned char *bytes = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += bytes[i];
	return sum;
}

static uint64_t
align(uint64_t size)
{
	return (size + NEWC_ALIGN - 1) / NEWC_ALIGN * NEWC_ALIGN;
}

uint64_t
newc_data_offset(uint32_t namesize)
{
	return align((uint64_t)NEWC_HEADER + namesize);
}

uint64_t
newc_size(uint32_t namesize, uint64_t filesize)
{
	return newc_data_offset(namesize) + align(filesize);
}

size_t
newc_entry(struct newc entry, const char *name, const void *data, size_t length, char *out,
	   size_t size)
{
	size_t namesize = strlen(name) + 1;

	if (namesize > size || length > size || newc_size((uint32_t)namesize, length) > size)
		return 0;
	entry.namesize = (uint32_t)namesize;
	entry.filesize = (uint32_t)length;
	memset(out, 0, newc_size(entry.namesize, length));
	newc_header(&entry, out);
	memcpy(out + NEWC_HEADER, name, namesize);
	if (length > 0)
		memcpy(out + newc_data_offset(entry.namesize), data, length);
	return newc_size(entry.namesize, length);
}
