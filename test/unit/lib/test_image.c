/* SPDX-License-Identifier: MIT */
/* Images are read like in the kernel; test/boot/boot_image.bats compares with the kernel itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/image.h"
#include "made/image_made.h"

enum { LIMIT = 1 << 20 };

static struct made made;
static struct image image;

static int
start(void **state)
{
	(void)state;
	memset(&made, 0, sizeof(made));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	image_free(&image);
	return 0;
}

static void
read_made(void)
{
	image_read(&image, (const unsigned char *)made.bytes, made.length, LIMIT);
}

/* The entry at `path` as one string: its type and its data. */
static const char *
at(const char *path)
{
	static char text[256];
	const struct rootfs_entry *entry = rootfs_at(&image.rootfs, path);

	if (entry == NULL || !entry->file->is_named)
		return "none";
	const struct rootfs_file *file = entry->file;
	snprintf(text, sizeof(text), "%s %.*s",
		 S_ISDIR(file->mode)   ? "dir"
		 : S_ISREG(file->mode) ? "file"
		 : S_ISLNK(file->mode) ? "link"
				       : "node",
		 (int)file->size, file->data != NULL ? (const char *)file->data : "");
	return text;
}

static const char *
problem(size_t i)
{
	return i < image.count ? image.findings[i].problem : "none";
}

static void
later_entries_replace_earlier_ones(void **state)
{
	(void)state;
	made_dir(&made, "d");
	made_file(&made, "d/f", "one");
	made_file(&made, "d/f", "two");
	made_dir(&made, "full");
	made_file(&made, "full/f", "");
	made_file(&made, "full", "refused");
	made_file(&made, "l", "file");
	made_link(&made, "l", "d");
	made_file(&made, "l/g", "through the link");
	made_link(&made, "e", "d");
	made_dir(&made, "e");
	made_file(&made, "/slash", "");
	made_file(&made, "./dot/../d/h", "");
	made_end(&made);
	read_made();
	assert_string_equal(at("/d/f"), "file two");
	assert_string_equal(at("/full"), "dir ");
	assert_string_equal(at("/l"), "link d");
	assert_string_equal(at("/d/g"), "file through the link");
	assert_string_equal(at("/e"), "dir ");
	assert_string_equal(at("/slash"), "file ");
	assert_string_equal(at("/d/h"), "none");
	assert_int_equal(image.count, 2);
	assert_non_null(strstr(problem(0), "non-empty"));
	assert_non_null(strstr(problem(1), "missing"));
	assert_false(image_is_cut(&image));
}

static void
missing_parent_directory(void **state)
{
	(void)state;
	made_file(&made, "no/file", "");
	made_file(&made, "dev/file", "the kernel has /dev itself");
	made_file(&made, "file", "");
	made_file(&made, "file/file", "");
	made_link(&made, "dangling", "nowhere");
	made_file(&made, "dangling/file", "");
	made_end(&made);
	read_made();
	assert_int_equal(image.count, 3);
	assert_string_equal(image.findings[0].name, "no/file");
	assert_int_equal(image.findings[0].at, 0);
	assert_string_equal(at("/dev/file"), "file the kernel has /dev itself");
	assert_string_equal(at("/dev"), "none");
	assert_int_equal(image.rootfs.count, 3);
}

static void
hard_links(void **state)
{
	const struct newc two = {.mode = S_IFREG | 0644, .nlink = 2, .ino = 7};
	struct newc other = two;
	(void)state;

	made_entry(&made, two, "a", "");
	made_entry(&made, two, "b", "data");
	other.dev_minor = 1;
	made_entry(&made, other, "other device", "");
	made_end(&made);
	made_entry(&made, two, "c", "anew");
	made_entry(&made, two, "c", "itself");
	made_end(&made);
	made_file(&made, "b", "through both");
	read_made();
	assert_string_equal(at("/a"), "file through both");
	assert_string_equal(at("/b"), "file through both");
	assert_int_equal(image.rootfs.entries[0]->file->links, 2);
	assert_string_equal(at("/other device"), "file ");
	/* The kernel removes the existing name first, and then cannot find it as a link target. */
	assert_string_equal(at("/c"), "none");
	assert_int_equal(image.count, 1);
	assert_non_null(strstr(problem(0), "gone"));
}

static void
entries_that_the_kernel_skips(void **state)
{
	static char name[5000];
	struct newc summed = {.mode = S_IFREG | 0644, .check = 5};
	(void)state;

	made_entry(&made, (struct newc){.mode = S_IFDIR | 0755}, "dir", "data");
	made_entry(&made, (struct newc){.mode = 0}, "no type", "");
	made_link(&made, "empty", "");
	memset(name, 'x', 300);
	made_file(&made, name, "");
	memset(name, 'x', 4999);
	made_file(&made, name, "");
	made_file(&made, "kept", "");
	size_t header = made.length;
	made_entry(&made, summed, "summed", "data");
	made.bytes[header + 5] = '2';
	made_file(&made, "behind", "");
	read_made();
	assert_int_equal(image.count, 5);
	assert_non_null(strstr(problem(2), "255"));
	assert_non_null(strstr(problem(3), "4095"));
	assert_non_null(strstr(problem(4), "sum"));
	assert_true(image_is_cut(&image));
	assert_int_equal(image.findings[4].at, header);
	assert_string_equal(at("/kept"), "file ");
	assert_string_equal(at("/behind"), "none");
}

static void
fatal_errors(void **state)
{
	static const struct {
		const char *tail;
		size_t length;
		const char *problem;
	} rows[] = {
	    {"junk", 4, "neither"},
	    {"\0\0"
	     "070701",
	     8, "aligned to 4"},
	    {"070707", 6, "ends within a header"},
	    {"07", 2, "ends within a header"},
	    {"\x1f\x8b", 2, "truncated"},
	    {"\0\x1f\x8b", 3, "aligned to 4"},
	    {"\x89L", 2, "lzo"},
	};
	char bad[NEWC_HEADER + 6] = "";
	(void)state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		image_free(&image);
		start(NULL);
		made_file(&made, "f", "");
		made_end(&made);
		memcpy(made.bytes + made.length, rows[i].tail, rows[i].length);
		made.length += rows[i].length;
		read_made();
		assert_int_equal(image.count, 1);
		assert_non_null(strstr(problem(0), rows[i].problem));
		assert_true(image_is_cut(&image));
		assert_string_equal(at("/f"), "file ");
	}
	newc_header(&(struct newc){.mode = S_IFREG, .namesize = 4, .filesize = 0xffffffff}, bad);
	memcpy(bad + NEWC_HEADER, "abc", 4);
	image_free(&image);
	image_read(&image, (const unsigned char *)bad, sizeof(bad), LIMIT);
	assert_string_equal(problem(0), "it ends within an entry");
	assert_string_equal(image.findings[0].name, "abc");
	bad[NEWC_HEADER + 3] = 'd';
	newc_header(&(struct newc){.mode = S_IFREG, .namesize = 4}, bad);
	image_free(&image);
	image_read(&image, (const unsigned char *)bad, sizeof(bad), LIMIT);
	assert_string_equal(problem(0), "its name does not end in a NUL");
	image_free(&image);
	image_read(&image, (const unsigned char *)"", 0, LIMIT);
	assert_string_equal(problem(0), "it is empty");
}

static void
members_in_sequence(void **state)
{
	(void)state;
	made_file(&made, "plain", "1");
	made_end(&made);
	made.length += 508;
	size_t second = made.length;
	made_file(&made, "packed", "2");
	made_end(&made);
	made_gzip(&made, second);
	size_t third = made.length;
	made_file(&made, "packed too", "3");
	made_gzip(&made, third);
	made.length += 8 - made.length % NEWC_ALIGN;
	made_file(&made, "plain too", "4");
	read_made();
	assert_int_equal(image.count, 0);
	assert_int_equal(image.rootfs.count, 4);
	assert_string_equal(at("/packed too"), "file 3");
	assert_string_equal(at("/plain too"), "file 4");
	image_free(&image);
	image_read(&image, (const unsigned char *)made.bytes, third + 20, LIMIT);
	assert_int_equal(image.count, 1);
	assert_int_equal(image.findings[0].at, third);
	assert_string_equal(image.findings[0].method, "gzip");
	assert_string_equal(problem(0), "the compressed data are truncated");
}

static void
limit_of_unpacked_size(void **state)
{
	(void)state;
	made_file(&made, "f", "");
	made.length += 50000;
	made_gzip(&made, 0);
	image_read(&image, (const unsigned char *)made.bytes, made.length, 50112);
	assert_int_equal(image.count, 0);
	image_free(&image);
	image_read(&image, (const unsigned char *)made.bytes, made.length, 50000);
	assert_int_equal(image.count, 1);
	assert_non_null(strstr(problem(0), "unpacks to more"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
	    TEST(later_entries_replace_earlier_ones),
	    TEST(missing_parent_directory),
	    TEST(hard_links),
	    TEST(entries_that_the_kernel_skips),
	    TEST(fatal_errors),
	    TEST(members_in_sequence),
	    TEST(limit_of_unpacked_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
