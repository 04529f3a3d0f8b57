/* SPDX-License-Identifier: MIT */
/* Build ids of kernels' files: generated ones, and that of `make kernel`, compared with readelf. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "boot/kernel_identity.h"
#include "host/kernel_image.h"
#include "host/unpack.h"
#include "made/elf_made.h"
#include "made/kernel_made.h"

#define REAL "build/kernel/vmlinuz"
#define ID "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf\x10\x11\x12\x13\xff"
#define DIGITS "0102030405060708090a0b0c0d0e0f10111213ff"
#define OTHER "\xff\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf\x10\x11\x12\x13\xff"

enum { NOTE = 900, NOTE_SIZE = 36, PAGE = 4096 };

/* Writes a note as the linker does. */
static void
put_note(unsigned char *at, const char *id, uint32_t length, bool big)
{
	elf_made_put(at, 4, 4, big);
	elf_made_put(at + 4, length, 4, big);
	elf_made_put(at + 8, NT_GNU_BUILD_ID, 4, big);
	memcpy(at + 12, "GNU", 4);
	memcpy(at + 16, id, length);
}

/* The generated file with PT_NOTE in place of PT_INTERP. */
static void
make_elf(unsigned char file[ELF_MADE_SIZE], bool is64, bool big, const char *id)
{
	unsigned char *headers = file + (is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));

	elf_made(file, is64, big);
	elf_made_segment(headers + (is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)), is64, big,
			 PT_NOTE, NOTE, 0, NOTE_SIZE);
	put_note(file + NOTE, id, 20, big);
}

static void
finds_the_note_of_vmlinux(void **state)
{
	unsigned char file[ELF_MADE_SIZE];
	char id[KERNEL_BUILD_ID];
	(void)state;

	for (int i = 0; i < 4; i++) {
		bool big = (i & 2) != 0;
		make_elf(file, (i & 1) != 0, big, ID);
		assert_true(kernel_build_id(file, sizeof(file), id));
		assert_string_equal(id, DIGITS);
		/* Too long, empty, beyond the segment, of another type; and a truncated file. */
		static const uint32_t lengths[] = {65, 0, 21, UINT32_MAX};
		for (size_t k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
			elf_made_put(file + NOTE + 4, lengths[k], 4, big);
			assert_false(kernel_build_id(file, sizeof(file), id));
			assert_string_equal(id, "");
		}
		put_note(file + NOTE, ID, 20, big);
		assert_false(kernel_build_id(file, NOTE + NOTE_SIZE - 1, id));
		elf_made_put(file + NOTE + 8, 1, 4, big);
		assert_false(kernel_build_id(file, sizeof(file), id));
	}
	assert_false(kernel_build_id("", 0, id));
}

static void
finds_the_note_of_an_image(void **state)
{
	static unsigned char image[8 * PAGE];
	char id[KERNEL_BUILD_ID];
	(void)state;

	put_note(image + 100, ID, 20, false);
	make_elf(image + 2 * PAGE, true, false, OTHER);
	make_elf(image + 4 * PAGE, false, false, OTHER);
	assert_true(kernel_build_id(image, sizeof(image), id));
	assert_string_equal(id, DIGITS);
	/* At the end of the file, and truncated there. */
	put_note(image + sizeof(image) - NOTE_SIZE, ID, 20, false);
	assert_true(kernel_build_id(image, sizeof(image), id));
	memset(image + 100, 0, NOTE_SIZE);
	assert_true(kernel_build_id(image, sizeof(image), id));
	assert_false(kernel_build_id(image, sizeof(image) - 1, id));
	/* Several different ids: unknown. */
	put_note(image + 100, OTHER, 20, false);
	assert_false(kernel_build_id(image, sizeof(image), id));
	assert_string_equal(id, "");
	/* No room for the note's sizes before the id. */
	assert_false(kernel_build_id(image + 101, NOTE_SIZE, id));
}

/* The build id that readelf prints for the unpacked kernel. */
static void
ask_readelf(char *id, size_t size)
{
	char path[] = "/tmp/lull-vmlinux-XXXXXX", command[256];
	static unsigned char file[64 << 20];
	struct kernel_image image;
	int fd = mkstemp(path), real = open(REAL, O_RDONLY);

	assert_true(fd >= 0 && real >= 0);
	ssize_t got = read(real, file, sizeof(file));
	assert_in_range(got, 1, sizeof(file) - 1);
	close(real);
	assert_int_equal(kernel_image_read(&image, file, (size_t)got), 0);
	struct unpacked out = unpack(image.packed, image.packed_size, 512 << 20);
	assert_true(out.size > image.packed_size);
	assert_int_equal(write(fd, out.bytes, out.size), (ssize_t)out.size);
	free(out.bytes);
	close(fd);
	snprintf(command, sizeof(command), "readelf -n %s | sed -n 's/.*Build ID: //p'", path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(id, (int)size, pipe));
	pclose(pipe);
	unlink(path);
	id[strcspn(id, "\n")] = '\0';
}

static void
reads_the_real_kernel(void **state)
{
	struct kernel_identity k;
	char expected[256], *real = realpath(REAL, NULL);
	(void)state;

	assert_non_null(real);
	ask_readelf(expected, sizeof(expected));
	assert_int_equal(kernel_identity_read(&k, REAL), 0);
	assert_string_equal(k.build_id, expected);
	assert_string_equal(k.release, strstr(real, "vmlinuz-") + strlen("vmlinuz-"));
	free(real);
}

static void
read_made(struct kernel_identity *k, const void *bytes, size_t size)
{
	char path[] = "/tmp/lull-kernel-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	close(fd);
	assert_int_equal(kernel_identity_read(k, path), 0);
	unlink(path);
}

static void
reads_other_files(void **state)
{
	unsigned char file[KERNEL_MADE_SIZE];
	struct kernel_identity k;
	(void)state;

	/* An uncompressed kernel, and a damaged one. */
	kernel_made_bzimage(file, 0x20f, 1);
	make_elf(file + KERNEL_MADE_PACKED, true, false, ID);
	read_made(&k, file, sizeof(file));
	assert_string_equal(k.build_id, DIGITS);
	assert_string_equal(k.release, KERNEL_MADE_RELEASE);
	memcpy(file + KERNEL_MADE_PACKED, "\x1f\x8b\x08", 4);
	read_made(&k, file, sizeof(file));
	assert_string_equal(k.build_id, "");
	assert_string_equal(k.release, KERNEL_MADE_RELEASE);
	kernel_made_image(file, "ARM\x64", 0);
	put_note(file + 1024, ID, 20, false);
	read_made(&k, file, sizeof(file));
	assert_string_equal(k.build_id, DIGITS);
	assert_string_equal(k.release, KERNEL_MADE_RELEASE);
	/* Files that are not kernels. */
	memset(file, 0, 64);
	read_made(&k, file, sizeof(file));
	assert_string_equal(k.build_id, "");
	assert_string_equal(k.release, "");
	read_made(&k, "", 0);
	assert_string_equal(k.build_id, "");
	assert_int_equal(kernel_identity_read(&k, "/nowhere"), -1);
	assert_int_equal(kernel_identity_read(&k, "/"), -1);
	assert_string_equal(k.build_id, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_note_of_vmlinux),
	    cmocka_unit_test(finds_the_note_of_an_image),
	    cmocka_unit_test(reads_the_real_kernel),
	    cmocka_unit_test(reads_other_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
