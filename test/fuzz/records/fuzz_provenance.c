/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a file of /proc, which the first byte selects: the payloads made from it can be
 * parsed.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/facts.h"
#include "report/provenance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_payload(const void *payload, size_t length)
{
	struct facts facts = {.count = 0};
	uint64_t malformed = 0;

	if (length == 0 || length > WIRE_PAYLOAD_MAX ||
	    facts_read(&facts, payload, length, &malformed) != 0 || malformed != 0)
		abort();
	facts_free(&facts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct provenance_fact kinds[] = {
	    {.key = "cpu.", .send = fact_send_cpu},
	    {.key = "memory_kib", .send = fact_send_memory},
	    {.key = "modules", .send = fact_send_modules},
	    {.key = "taint", .send = fact_send_taint},
	    {.key = "devicetree_model", .send = fact_send_string},
	    {.key = "version", .send = fact_send_line},
	};
	static struct environment_writer writer;

	if (size == 0)
		return 0;
	/* Followed by a NUL, as in provenance_read(). */
	struct provenance_fact fact = kinds[data[0] % (sizeof(kinds) / sizeof(*kinds))];
	fact.length = size - 1;
	fact.value = malloc(size);
	if (fact.value == NULL)
		return 0;
	memcpy(fact.value, data + 1, size - 1);
	fact.value[size - 1] = '\0';
	environment_start(&writer, read_payload);
	fact.send(&writer, &fact);
	environment_end(&writer);
	free(fact.value);
	return 0;
}
