/* SPDX-License-Identifier: MIT */
/* Small pure parts of bench. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/escape.h"
#include "base/io.h"
#include "boot/boot.h"
#include "boot/boot_image.h"
#include "boot/boot_options.h"
#include "boot/terminal.h"
#include "experiment.h"
#include "newc.h"
#include "wire.h"

static void
escapes(void **state)
{
	char data[64], small[16];
	struct text t = text_in(data, sizeof(data));
	(void)state;

	escape_bytes(&t, "a\\b\n\t\x1b\0\x9b~", 9);
	text_char(&t, '\0');
	assert_string_equal(data, "a\\\\b\\n\\t\\x1b\\x00\\x9b~");
	t = text_in(small, sizeof(small));
	escape_bytes(&t, "0123456789abcdef", 16);
	assert_false(t.full);
	assert_memory_equal(small + t.used - 3, "...", 3);
}

static void
relay_hides_records(void **state)
{
	static const char in[] =
	    "a@b\r\n@LULL1 x y\r\nprompt@LULL1 z\n@@LULL1 q\n@LULL2 kept\n@LULL";
	static const char expected[] = "a@b\r\nprompt@@LULL2 kept\n";
	(void)state;

	for (size_t piece = 1; piece <= sizeof(in); piece++) {
		struct relay r = {0};
		char out[sizeof(in) + 8], all[4 * sizeof(in)];
		size_t used = 0;

		for (size_t at = 0; at < sizeof(in) - 1; at += piece) {
			size_t length = sizeof(in) - 1 - at < piece ? sizeof(in) - 1 - at : piece;
			size_t n = relay_filter(&r, in + at, length, out);
			memcpy(all + used, out, n);
			used += n;
		}
		assert_int_equal(used, strlen(expected));
		assert_memory_equal(all, expected, used);
	}
}

static void
memory_of_an_image(void **state)
{
	(void)state;
	assert_int_equal(boot_image_memory(0), 640);
	assert_int_equal(boot_image_memory(128 << 20), 640);
	assert_int_equal(boot_image_memory((128 << 20) + 1), 644);
	assert_int_equal(boot_image_memory(1ull << 30), 4224);
}

/* The estimated unpacked size of an image of these parts. */
static uint64_t
unpacked(const void *first, size_t first_length, size_t zeros, const void *second,
	 size_t second_length)
{
	static const char none[64];
	int fd = memfd_create("image", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, first, first_length), first_length);
	assert_int_equal(write(fd, none, zeros), zeros);
	assert_int_equal(write(fd, second, second_length), second_length);
	uint64_t size = boot_image_unpacked(fd, first_length + zeros + second_length);
	close(fd);
	return size;
}

static void
unpacked_size_of_an_image(void **state)
{
	static const unsigned char compressed[1000] = {0x28, 0xb5, 0x2f, 0xfd};
	size_t size;
	char *archive = boot_image_archive("lull.x=1\n", 9, &size);

	(void)state;
	assert_int_equal(unpacked(archive, size, 0, "", 0), size);
	assert_int_equal(unpacked(archive, size, 8, archive, size), 2 * size + 8);
	assert_int_equal(unpacked(archive, size, 60, "", 0), size + 60);
	assert_int_equal(unpacked(compressed, sizeof(compressed), 0, "", 0), 4000);
	/* Microcode comes first. */
	assert_int_equal(unpacked(archive, size, 0, compressed, sizeof(compressed)), size + 4000);
	assert_int_equal(unpacked(archive, size, 12, compressed, sizeof(compressed)),
			 size + 12 + 4000);
	assert_int_equal(unpacked("", 0, 0, "", 0), 0);
	assert_int_equal(unpacked(archive, 20, 0, "", 0), 20);
	free(archive);
}

static void
memory_option(void **state)
{
	static const struct {
		const char *text;
		uint64_t mib; /* 0: refused */
	} cases[] = {
	    {"256", 256},
	    {"256M", 256},
	    {"1G", 1024},
	    {"2g", 2048},
	    {"1024G", 1 << 20},
	    {"1025G", 0},
	    {"", 0},
	    {"M", 0},
	    {"0", 0},
	    {"15", 0},
	    {"-1", 0},
	    {"1.5G", 0},
	    {"1T", 0},
	    {"256MB", 0},
	    {"99999999999999999999", 0},
	    {"18446744073709551616G", 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t mib = 0;
		assert_int_equal(boot_options_memory(cases[i].text, &mib),
				 cases[i].mib == 0 ? -1 : 0);
		assert_int_equal(mib, cases[i].mib);
	}
}

static void
archive_of_the_command(void **state)
{
	static const struct {
		const char *name;
		uint32_t mode;
	} expected[] = {{"etc", 040755},
			{"etc/lull", 040755},
			{"etc/lull/cmdline", 0100600},
			{NEWC_TRAILER, 0}};
	size_t size, at = 0;
	char *archive = boot_image_archive("lull.x=1\n", 9, &size);
	(void)state;

	assert_non_null(archive);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct newc entry;
		assert_true(at + NEWC_HEADER < size);
		assert_int_equal(newc_parse(archive + at, &entry), 0);
		assert_string_equal(archive + at + NEWC_HEADER, expected[i].name);
		assert_int_equal(entry.mode, expected[i].mode);
		if (entry.filesize > 0)
			assert_memory_equal(archive + at + newc_data_offset(entry.namesize),
					    "lull.x=1\n", 9);
		at += newc_size(entry.namesize, entry.filesize);
	}
	assert_int_equal(at, size);
	free(archive);
}

static void
limits(void **state)
{
	const struct boot_limits plain = boot_limits_for(5, 0, false);
	const struct boot_limits exact = boot_limits_for(5, 0, true);
	(void)state;

	assert_int_equal(plain.silence, 60);
	assert_int_equal(plain.run, 105);
	assert_int_equal(exact.silence, 600);
	assert_int_equal(exact.run, 1050);
	assert_int_equal(boot_limits_for(5, 500, false).silence, 560);
	struct boot_limits longer = boot_limits_with_wait(plain, 90, false);
	assert_int_equal(longer.silence, 150);
	assert_int_equal(longer.start, plain.start + 90);
	assert_int_equal(longer.run, plain.run);
	assert_int_equal(boot_limits_with_wait(exact, 90, true).silence, 1500);
	assert_int_equal(boot_limits_with_wait((struct boot_limits){0}, 90, false).silence, 0);
}

static void
limits_by_stage(void **state)
{
	const struct boot_limits limits = {
	    .silence = 60, .start = 300, .run = 1000, .results = 2000};
	static const struct {
		struct boot_times times;
		enum console_stage stage;
		bool panicked;
		uint64_t passed;
	} cases[] = {
	    {{0, 0, 0, 59}, STAGE_SILENT, false, 0},
	    {{0, 0, 0, 60}, STAGE_SILENT, false, 60},
	    {{0, 299, 100, 299}, STAGE_KERNEL, false, 0},
	    {{0, 299, 100, 300},
	     STAGE_KERNEL,
	     false,
	     300}, /* endless messages do not extend the limit */
	    {{0, 10, 10, 1009}, STAGE_RUN, false, 0},
	    {{0, 1009, 10, 1010}, STAGE_RUN, false, 1000},
	    {{0, 10, 10, 500},
	     STAGE_RUN,
	     true,
	     0}, /* the experiment may print the text of a panic */
	    {{0, 10, 10, 20}, STAGE_KERNEL, true, 10},
	    {{0, 10, 10, 19}, STAGE_KERNEL, true, 0},
	    {{0, 500, 400, 559}, STAGE_RESULTS, false, 0},
	    {{0, 500, 400, 560}, STAGE_RESULTS, false, 60},
	    {{0, 2400, 400, 2400}, STAGE_RESULTS, false, 2000},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    boot_limit_passed(&limits, &cases[i].times, cases[i].stage, cases[i].panicked),
		    cases[i].passed);
	struct boot_limits person = {0};
	assert_int_equal(boot_limit_passed(&person, &cases[1].times, STAGE_SILENT, false), 0);
	person.total = 50;
	assert_int_equal(boot_limit_passed(&person, &cases[1].times, STAGE_SILENT, false), 50);
}

static void
hash_of_a_file(void **state)
{
	struct file_hash hash;
	char path[] = "/tmp/test_bench-XXXXXX";
	int fd = mkstemp(path);
	(void)state;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(file_hash_read(&hash, path), 0);
	assert_int_equal(hash.size, 3);
	/* FIPS 180-2, appendix B.1 */
	assert_string_equal(hash.digits,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	close(fd);
	unlink(path);
	assert_int_equal(file_hash_read(&hash, path), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(file_hash_read(&hash, "/"), -1);
	assert_int_equal(errno, EISDIR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escapes),
	    cmocka_unit_test(relay_hides_records),
	    cmocka_unit_test(memory_of_an_image),
	    cmocka_unit_test(unpacked_size_of_an_image),
	    cmocka_unit_test(memory_option),
	    cmocka_unit_test(archive_of_the_command),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(limits_by_stage),
	    cmocka_unit_test(hash_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
