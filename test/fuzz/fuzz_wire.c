/* SPDX-License-Identifier: MIT */
/* Lines of any bytes, and any bytes as a payload, which must come back whatever stands in front of the line. */
#include <stdlib.h>
#include <string.h>

#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[2 * WIRE_LINE_MAX];
	size_t length = size < WIRE_PAYLOAD_MAX ? size : WIRE_PAYLOAD_MAX;
	size_t before = length < 64 ? length : 64;

	wire_decode((const char *)data, size, &record);
	wire_start(&e, size);
	memcpy(line, data, before);
	size_t written = wire_encode(&e, "output", data, length, line + before);
	if (wire_decode(line, before + written, &record) != WIRE_RECORD || record.length != length ||
	    memcmp(record.payload, data, length) != 0)
		abort();
	return 0;
}
