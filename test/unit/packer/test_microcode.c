/* SPDX-License-Identifier: MIT */
/* Microcode of both makers, valid and invalid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/early.h"

enum { INTEL = 2048, INTEL_LONG = 48 + 1024 + 32, AMD = 12 + 32 + 2 * (8 + 100) };

static unsigned char bytes[8192];

static void
put_word(size_t at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

/* Sets the word at `by` so that the words of `size` bytes at `at` sum to 0. */
static void
make_sum(size_t at, size_t size, size_t by)
{
	uint32_t sum = 0;

	put_word(by, 0);
	for (size_t i = at; i < at + size; i += 4)
		sum += bytes[i] | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2] << 16 |
		       (uint32_t)bytes[i + 3] << 24;
	put_word(by, -sum);
}

/* Writes an update of the old form, whose sizes are 0. */
static void
make_intel(size_t at)
{
	memset(bytes + at, 0x5a, INTEL);
	memset(bytes + at, 0, 48);
	put_word(at, 1);
	put_word(at + 12, 0x6f2);
	put_word(at + 20, 1);
	make_sum(at, INTEL, at + 16);
}

/* Writes an update with sizes, and a table of one signature after the data. */
static void
make_intel_long(size_t at)
{
	make_intel(at);
	put_word(at + 28, 1024);
	put_word(at + 32, INTEL_LONG);
	make_sum(at, 48 + 1024, at + 16);
	memset(bytes + at + 48 + 1024, 0x11, 32);
	make_sum(at + 48 + 1024, 32, at + 48 + 1024 + 4);
}

static void
make_amd(size_t at)
{
	memset(bytes + at, 0x77, AMD);
	put_word(at, 0x00414d44);
	put_word(at + 4, 0);
	put_word(at + 8, 32);
	for (size_t i = 0; i < 2; i++) {
		put_word(at + 44 + i * 108, 1);
		put_word(at + 48 + i * 108, 100);
	}
}

static void
checks_intel(void **state)
{
	(void)state;
	make_intel(0);
	assert_int_equal(microcode_maker(bytes, INTEL), MICROCODE_INTEL);
	assert_null(microcode_problem(MICROCODE_INTEL, bytes, INTEL));
	make_intel_long(INTEL);
	make_intel(INTEL + INTEL_LONG);
	assert_null(microcode_problem(MICROCODE_INTEL, bytes, 2 * INTEL + INTEL_LONG));
	/* A change of any byte is detected. */
	for (size_t i = 0; i < INTEL_LONG; i++) {
		bytes[INTEL + i] ^= 0x40;
		assert_non_null(microcode_problem(MICROCODE_INTEL, bytes, 2 * INTEL + INTEL_LONG));
		bytes[INTEL + i] ^= 0x40;
	}
	/* The sum of each part is checked. */
	put_word(INTEL + 100, 1);
	make_sum(INTEL, INTEL_LONG, INTEL + 48 + 1024 + 4);
	assert_string_equal(microcode_problem(MICROCODE_INTEL, bytes, INTEL + INTEL_LONG),
			    "an update has an invalid checksum");
	for (size_t size = INTEL + 1; size < INTEL + INTEL_LONG; size++)
		assert_non_null(microcode_problem(MICROCODE_INTEL, bytes, size));
}

static void
checks_intel_sizes(void **state)
{
	static const struct {
		uint32_t data, total;
	} wrong[] = {{1024, 0},	   {1024, 47},	       {1024, 1024},
		     {1024, 1071}, {1023, 1072},       {1024, 1073},
		     {2001, 2048}, {1024, 0xfffffffc}, {0xfffffffc, 0xfffffffc}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		make_intel(0);
		put_word(28, wrong[i].data);
		put_word(32, wrong[i].total);
		assert_non_null(microcode_problem(MICROCODE_INTEL, bytes, INTEL));
	}
}

static void
checks_amd(void **state)
{
	(void)state;
	make_amd(0);
	assert_int_equal(microcode_maker(bytes, AMD), MICROCODE_AMD);
	assert_null(microcode_problem(MICROCODE_AMD, bytes, AMD));
	make_amd(AMD);
	assert_null(microcode_problem(MICROCODE_AMD, bytes, 2 * AMD));
	for (size_t size = 1; size < AMD; size++)
		if (size != 44 && size != 44 + 108)
			assert_non_null(microcode_problem(MICROCODE_AMD, bytes, size));
	put_word(4, 1);
	assert_non_null(microcode_problem(MICROCODE_AMD, bytes, AMD));
	make_amd(0);
	put_word(8, 0xffffffff);
	assert_non_null(microcode_problem(MICROCODE_AMD, bytes, AMD));
	make_amd(0);
	put_word(48, 0xffffffff);
	assert_non_null(microcode_problem(MICROCODE_AMD, bytes, AMD));
}

static void
refuses_other_files(void **state)
{
	(void)state;
	make_intel(0);
	assert_int_equal(microcode_maker(bytes, 47), MICROCODE_NONE);
	put_word(20, 2);
	assert_int_equal(microcode_maker(bytes, INTEL), MICROCODE_NONE);
	assert_int_equal(microcode_maker((const unsigned char *)"DMA\0\0\0\0\0\0\0\0", 11),
			 MICROCODE_NONE);
	assert_int_equal(microcode_maker(NULL, 0), MICROCODE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks_intel),
	    cmocka_unit_test(checks_intel_sizes),
	    cmocka_unit_test(checks_amd),
	    cmocka_unit_test(refuses_other_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
