/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "target/cpu_share.h"

/* CPUs of a set as bits. */
static unsigned
bits_of(cpu_set_t set)
{
	unsigned bits = 0;

	for (int cpu = 0; cpu < 32; cpu++)
		bits |= CPU_ISSET(cpu, &set) ? 1u << cpu : 0;
	return bits;
}

static cpu_set_t
set_of(unsigned bits)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int cpu = 0; cpu < 32; cpu++)
		if (bits & 1u << cpu)
			CPU_SET(cpu, &set);
	return set;
}

static void
places_have_separate_cpus(void **state)
{
	cpu_set_t eight = set_of(0xff), odd = set_of(0x52a);
	(void)state;

	assert_int_equal(bits_of(cpu_share_of(&eight, 1, 0)), 0xff);
	assert_int_equal(bits_of(cpu_share_of(&eight, 2, 0)), 0x0f);
	assert_int_equal(bits_of(cpu_share_of(&eight, 2, 1)), 0xf0);
	assert_int_equal(bits_of(cpu_share_of(&eight, 3, 2)), 0x30);
	assert_int_equal(bits_of(cpu_share_of(&odd, 2, 0)), 0x00a);
	assert_int_equal(bits_of(cpu_share_of(&odd, 2, 1)), 0x120);
	assert_int_equal(bits_of(cpu_share_of(&odd, 5, 4)), 0x400);
}

static void
places_without_a_cpu_may_use_all(void **state)
{
	cpu_set_t two = set_of(3);
	(void)state;

	assert_int_equal(bits_of(cpu_share_of(&two, 4, 0)), 1);
	assert_int_equal(bits_of(cpu_share_of(&two, 4, 1)), 2);
	assert_int_equal(bits_of(cpu_share_of(&two, 4, 2)), 3);
	assert_int_equal(bits_of(cpu_share_of(&two, 4, 3)), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(places_have_separate_cpus),
					   cmocka_unit_test(places_without_a_cpu_may_use_all)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
