/* SPDX-License-Identifier: MIT */
#ifndef LULL_TEST_FACT_EXPECTED_H
#define LULL_TEST_FACT_EXPECTED_H

#include "console/facts.h"

static void
expect_fact(const struct facts *facts, const char *key, const void *value, size_t length)
{
	const struct bytes *found = facts_find(facts, key);

	assert_non_null(found);
	assert_int_equal(found->length, length);
	if (length > 0)
		assert_memory_equal(found->data, value, length);
}

#endif
