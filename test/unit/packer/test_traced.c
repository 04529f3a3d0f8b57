/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trace/trace_event.h"
#include "trace/traced.h"

/* Returns the number that a kernel header gives a name; -1 if it has none. */
static int
number_of(const char *header, const char *name)
{
	char command[256];
	int number = -1;

	snprintf(command, sizeof(command),
		 "printf '#include <%s>\\n__NR_%s\\n' | gcc -E -D__ARCH_WANT_RENAMEAT "
		 "-D__ARCH_WANT_NEW_STAT - | tail -n 1",
		 header, name);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	if (fscanf(pipe, "%d", &number) != 1)
		number = -1;
	assert_int_equal(pclose(pipe), 0);
	return number;
}

static void
numbers_are_the_kernels(void **state)
{
	static const struct {
		enum trace_abi abi;
		const char *header;
	} headers[] = {
	    {TRACE_ARM64, "asm-generic/unistd.h"},
#ifdef __x86_64__
	    {TRACE_X86_64, "asm/unistd_64.h"},
	    {TRACE_I386, "asm/unistd_32.h"},
#endif
	};
	(void)state;

	for (size_t h = 0; h < sizeof(headers) / sizeof(*headers); h++) {
		for (size_t i = 0; i < trace_call_count; i++) {
			int number = trace_calls[i].numbers[headers[h].abi];
			assert_int_equal(number, number_of(headers[h].header, trace_calls[i].name));
			if (number != TRACE_NONE)
				assert_ptr_equal(trace_call(headers[h].abi, (uint64_t)number),
						 &trace_calls[i]);
		}
		assert_null(trace_call(headers[h].abi, UINT64_MAX));
	}
	assert_null(trace_call(TRACE_ABIS, 2));
	assert_int_equal(trace_abi(12345), TRACE_ABIS);
}

/* In each of the four ABIs, a number belongs to a single system call. */
static void
numbers_are_unique(void **state)
{
	(void)state;

	for (int abi = 0; abi < TRACE_ABIS; abi++) {
		assert_int_equal(trace_abi(trace_arch((enum trace_abi)abi)), abi);
		for (size_t a = 0; a < trace_call_count; a++)
			for (size_t b = 0; b < a; b++)
				if (trace_calls[a].numbers[abi] != TRACE_NONE)
					assert_int_not_equal(trace_calls[a].numbers[abi],
							     trace_calls[b].numbers[abi]);
	}
}

static void
each_path_is_recorded_once_with_all_accesses(void **state)
{
	struct traced traced = {.files = NULL};
	(void)state;

	traced_add(&traced, "/b", "/real", TRACED_SEEN);
	traced_add(&traced, "/a", "/a", TRACED_OPENED);
	traced_add(&traced, "/b", "/other", TRACED_OPENED);
	assert_int_equal(traced.file_count, 2);
	assert_true(traced_has(&traced, "/b", TRACED_SEEN | TRACED_OPENED));
	assert_false(traced_has(&traced, "/b", TRACED_EXECUTED));
	assert_false(traced_has(&traced, "/c", TRACED_SEEN));
	traced_sort(&traced);
	assert_string_equal(traced.files[0]->path, "/a");
	assert_string_equal(traced.files[1]->real, "/real");
	traced_add_name(&traced.services, &traced.service_count, "x");
	traced_add_name(&traced.services, &traced.service_count, "x");
	assert_int_equal(traced.service_count, 1);
	traced_free(&traced);
}

static void
files_in_a_created_directory_are_created(void **state)
{
	struct traced traced = {.files = NULL};
	const struct stat before = {.st_size = 7};
	(void)state;

	traced_add_change(&traced, "/srv/new", NULL, false);
	traced_add_change(&traced, "/srv/old", &before, false);
	/* The first record applies, except for how the file was opened. */
	traced_add_change(&traced, "/srv/new", &before, false);
	traced_add_change(&traced, "/srv/old", NULL, true);
	assert_int_equal(traced.change_count, 2);
	assert_true(traced_made(&traced, "/srv/new"));
	assert_true(traced_made(&traced, "/srv/new/a/b"));
	assert_false(traced_made(&traced, "/srv/newer"));
	assert_false(traced_made(&traced, "/srv/old"));
	assert_false(traced_made(&traced, "/srv"));
	assert_true(traced_changed(&traced, "/srv/old"));
	assert_false(traced_changed(&traced, "/srv/old/a"));
	traced_sort(&traced);
	assert_true(traced.changes[1]->read);
	assert_int_equal(traced.changes[1]->before.st_size, 7);
	traced.changes[1]->unchanged = true;
	assert_false(traced_changed(&traced, "/srv/old"));
	traced_free(&traced);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_the_kernels),
	    cmocka_unit_test(numbers_are_unique),
	    cmocka_unit_test(each_path_is_recorded_once_with_all_accesses),
	    cmocka_unit_test(files_in_a_created_directory_are_created),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
