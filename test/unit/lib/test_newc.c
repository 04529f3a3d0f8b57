/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "newc.h"

static void
header_round_trip(void **state)
{
	const struct newc in = {1, S_IFREG | 0755, 2, 3, 4, 0xffffffff, 5, 6, 7, 8, 9, 10, 11};
	struct newc out;
	char header[NEWC_HEADER];
	(void)state;

	newc_header(&in, header);
	assert_int_equal(newc_parse(header, &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
	assert_memory_equal(header,
			    "070701"
			    "00000001"
			    "000081ed"
			    "00000002",
			    30);
	assert_false(newc_is_summed(header));
	header[5] = '2';
	assert_int_equal(newc_parse(header, &out), 0);
	assert_true(newc_is_summed(header));
	assert_int_equal(newc_sum("\xff\1", 2), 256);
	header[5] = '7';
	assert_int_equal(newc_parse(header, &out), -1);
	header[5] = '1';
	header[50] = 'g';
	assert_int_equal(newc_parse(header, &out), -1);
}

static void
entries_are_aligned_and_bounded(void **state)
{
	const struct newc entry = {.mode = S_IFREG | 0644, .nlink = 1};
	char out[256];
	(void)state;

	for (size_t name = 1; name < 10; name++)
		for (size_t data = 0; data < 10; data++) {
			size_t size = newc_entry(entry, "abcdefghij" + 10 - name, "0123456789",
						 data, out, sizeof(out));
			assert_true(size > 0 && size % NEWC_ALIGN == 0);
			assert_int_equal(size, newc_size((uint32_t)name + 1, data));
			assert_memory_equal(out + newc_data_offset((uint32_t)name + 1),
					    "0123456789", data);
			assert_int_equal(newc_entry(entry, "abcdefghij" + 10 - name, "0123456789",
						    data, out, size - 1),
					 0);
		}
}

/* GNU cpio lists and extracts the archive that was written here. */
static void
cpio_reads_the_archive(void **state)
{
	char archive[1024], line[256];
	size_t size = 0;
	(void)state;

	size += newc_entry((struct newc){.mode = S_IFDIR | 0755, .nlink = 1}, "d", NULL, 0, archive,
			   sizeof(archive));
	size += newc_entry((struct newc){.mode = S_IFREG | 0644, .nlink = 1}, "d/f", "hello\n", 6,
			   archive + size, sizeof(archive) - size);
	size += newc_entry((struct newc){.nlink = 1}, NEWC_TRAILER, NULL, 0, archive + size,
			   sizeof(archive) - size);
	FILE *file = fopen("build/asan/test/unit/newc.cpio", "w");
	assert_non_null(file);
	assert_int_equal(fwrite(archive, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	FILE *list = popen("cpio -i --quiet --to-stdout <build/asan/test/unit/newc.cpio 2>&1; "
			   "cpio -it --quiet <build/asan/test/unit/newc.cpio 2>&1",
			   "r");
	assert_non_null(list);
	static const char *const expected[] = {"hello\n", "d\n", "d/f\n"};
	for (size_t i = 0; i < 3; i++) {
		assert_non_null(fgets(line, sizeof(line), list));
		assert_string_equal(line, expected[i]);
	}
	assert_null(fgets(line, sizeof(line), list));
	assert_int_equal(pclose(list), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(header_round_trip),
	    cmocka_unit_test(entries_are_aligned_and_bounded),
	    cmocka_unit_test(cpio_reads_the_archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
