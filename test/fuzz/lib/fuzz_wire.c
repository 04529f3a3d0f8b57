/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a line; as the fields of a record with a correct check, which is unchanged after
 * parsing, writing and parsing again; and as a payload, which must survive regardless of the text
 * before the line.
 */
#include <stdlib.h>
#include <string.h>

#include "made/sealed.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_sealed(const uint8_t *data, size_t size)
{
	struct wire_encoder e;
	struct wire_record first, second;
	char *line = malloc(size + SEALED_MORE), written[WIRE_LINE_MAX];

	if (line == NULL)
		return;
	struct text t = text_in(line, size + SEALED_MORE);
	sealed(&t, data, size);
	if (t.full)
		abort();
	if (wire_decode(t.data, t.used, &first) == WIRE_RECORD) {
		wire_start(&e, first.session);
		e.sequence = first.sequence;
		size_t length = wire_encode(&e, first.kind, first.payload, first.length, written);
		if (wire_decode(written, length, &second) != WIRE_RECORD ||
		    second.session != first.session || second.sequence != first.sequence ||
		    strcmp(second.kind, first.kind) != 0 || second.length != first.length ||
		    memcmp(second.payload, first.payload, first.length) != 0)
			abort();
	}
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_encoder e;
	struct wire_record record;
	char line[2 * WIRE_LINE_MAX];
	size_t length = size < WIRE_PAYLOAD_MAX ? size : WIRE_PAYLOAD_MAX;
	size_t before = length < 64 ? length : 64;

	wire_decode((const char *)data, size, &record);
	check_sealed(data, size);
	wire_start(&e, size);
	memcpy(line, data, before);
	size_t written = wire_encode(&e, "output", data, length, line + before);
	if (wire_decode(line, before + written, &record) != WIRE_RECORD ||
	    record.length != length || memcmp(record.payload, data, length) != 0)
		abort();
	return 0;
}
