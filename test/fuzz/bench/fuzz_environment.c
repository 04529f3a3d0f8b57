/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a payload of an `environment` record: parsed facts can be written and parsed again
 * without change.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct facts again;

static void
read_again(const void *payload, size_t length)
{
	uint64_t malformed = 0;

	if (length == 0 || length > WIRE_PAYLOAD_MAX ||
	    facts_read(&again, payload, length, &malformed) != 0 || malformed != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct environment_writer writer;
	struct facts facts = {.count = 0};
	uint64_t malformed = 0;

	if (facts_read(&facts, data, size, &malformed) != 0 || malformed > 1)
		abort();
	environment_start(&writer, read_again);
	for (size_t i = 0; i < facts.count; i++)
		if (environment_add(&writer, facts.at[i].key, facts.at[i].value.data,
				    facts.at[i].value.length) != 0)
			abort();
	environment_end(&writer);
	if (again.count != facts.count)
		abort();
	for (size_t i = 0; i < facts.count; i++) {
		const struct bytes *one = &facts.at[i].value, *other = &again.at[i].value;
		if (strcmp(facts.at[i].key, again.at[i].key) != 0 || one->length != other->length ||
		    (one->length > 0 && memcmp(one->data, other->data, one->length) != 0))
			abort();
	}
	facts_free(&facts);
	facts_free(&again);
	return 0;
}
