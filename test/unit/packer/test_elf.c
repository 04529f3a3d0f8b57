/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "elf/object.h"
#include "host/elf.h"
#include "made/elf_made.h"

/* Reading a generated file of each kind returns what was written. */
static void
reads_both_classes_and_orders(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		unsigned char file[ELF_MADE_SIZE];
		struct elf elf;
		uint64_t at = 0;
		elf_made(file, kind & 1, kind & 2);
		assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
		assert_int_equal(elf.is64, kind & 1);
		assert_int_equal(elf.big, (kind & 2) != 0);
		assert_int_equal(elf.machine, EM_PPC64);
		assert_string_equal(elf.interpreter, "/lib/ld.so");
		assert_string_equal(elf_next(&elf, DT_NEEDED, &at), "libc.so.6");
		assert_string_equal(elf_next(&elf, DT_NEEDED, &at), "liba.so");
		assert_null(elf_next(&elf, DT_NEEDED, &at));
		at = 0;
		assert_string_equal(elf_next(&elf, DT_RUNPATH, &at), "/r");
		at = 0;
		assert_string_equal(elf_next(&elf, DT_SONAME, &at), "me");
		assert_true(elf.flags_1 & DF_1_NODEFLIB);
	}
}

/*
 * Returns the result of elf_open() for a file with `count` entries of `tag`, all for one string of
 * `length` bytes.
 */
static int
open_long(uint64_t tag, uint64_t length, uint64_t count)
{
	enum { HEADERS = 256 };
	size_t size = HEADERS + (count + 3) * sizeof(Elf64_Dyn) + length + 1;
	unsigned char *file = calloc(1, size + ELF_MADE_SIZE);
	struct elf elf;

	elf_made(file, true, false);
	elf_made_segment(file + sizeof(Elf64_Ehdr), true, false, PT_LOAD, 0, 0, size);
	elf_made_segment(file + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr), true, false, PT_NULL, 0, 0,
			 0);
	elf_made_segment(file + sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr), true, false,
			 PT_DYNAMIC, HEADERS, HEADERS, (count + 3) * sizeof(Elf64_Dyn));
	memset(file + HEADERS, 0, size + ELF_MADE_SIZE - HEADERS);
	Elf64_Dyn *dynamic = (Elf64_Dyn *)(file + HEADERS);
	dynamic[0] = (Elf64_Dyn){DT_STRTAB, {HEADERS + (count + 3) * sizeof(Elf64_Dyn)}};
	dynamic[1] = (Elf64_Dyn){DT_STRSZ, {length + 1}};
	for (uint64_t i = 0; i < count; i++)
		dynamic[2 + i] = (Elf64_Dyn){(Elf64_Sxword)tag, {0}};
	memset(file + size - length - 1, 'x', length);
	int result = elf_open(&elf, file, size);
	free(file);
	return result;
}

static void
limits_files_crafted_to_take_long(void **state)
{
	(void)state;
	assert_int_equal(open_long(DT_NEEDED, ELF_NAME - 1, 1), 0);
	assert_int_equal(open_long(DT_NEEDED, ELF_NAME, 1), -1);
	assert_int_equal(open_long(DT_SONAME, ELF_NAME, 1), -1);
	assert_int_equal(open_long(DT_RUNPATH, ELF_NAME, 1), 0);
	assert_int_equal(open_long(DT_RUNPATH, ELF_LIST, 1), -1);
	assert_int_equal(open_long(DT_NEEDED, ELF_NAME - 1, ELF_ENTRIES - 2), 0);
	assert_int_equal(open_long(DT_NEEDED, ELF_NAME - 1, ELF_ENTRIES), -1);
}

static void
matches_by_class_order_and_machine(void **state)
{
	unsigned char files[4][ELF_MADE_SIZE];
	struct elf elf[4];
	(void)state;

	for (int kind = 0; kind < 4; kind++) {
		elf_made(files[kind], kind & 1, kind & 2);
		assert_int_equal(elf_open(&elf[kind], files[kind], ELF_MADE_SIZE), 0);
	}
	for (int a = 0; a < 4; a++)
		for (int b = 0; b < 4; b++)
			assert_int_equal(elf_match(&elf[a], &elf[b]), a == b);
	struct elf other = elf[0];
	other.machine = EM_ARM;
	assert_false(elf_match(&elf[0], &other));
	struct elf hard = other;
	hard.flags = EF_ARM_ABI_FLOAT_HARD;
	assert_false(elf_match(&other, &hard));
	assert_true(elf_match(&hard, &hard));
}

/* Offsets and sizes that exceed the file, and unterminated strings. */
static void
refuses_out_of_bounds(void **state)
{
	unsigned char file[ELF_MADE_SIZE];
	Elf64_Ehdr *header = (Elf64_Ehdr *)file;
	Elf64_Phdr *segments = (Elf64_Phdr *)(file + sizeof(*header));
	Elf64_Dyn *dynamic = (Elf64_Dyn *)(file + ELF_MADE_DYNAMIC);
	struct elf elf;
	(void)state;

#define REFUSED(what, value)                                                                       \
	do {                                                                                       \
		elf_made(file, true, false);                                                       \
		what = value;                                                                      \
		assert_int_equal(elf_open(&elf, file, sizeof(file)), -1);                          \
	} while (0)
	REFUSED(header->e_phoff, UINT64_MAX - 8);
	REFUSED(header->e_phnum, 0xffff);
	REFUSED(header->e_phentsize, 8);
	REFUSED(header->e_ident[EI_CLASS], 3);
	REFUSED(header->e_ident[EI_DATA], 0);
	REFUSED(segments[1].p_offset, ELF_MADE_SIZE - 5);
	REFUSED(segments[1].p_filesz, UINT64_MAX);
	REFUSED(segments[1].p_filesz, 5);
	REFUSED(segments[2].p_offset, ELF_MADE_SIZE);
	REFUSED(segments[0].p_vaddr, 0x20000);
	REFUSED(dynamic[0].d_un.d_val, sizeof(elf_made_strings));
	REFUSED(dynamic[1].d_un.d_val, UINT64_MAX);
	REFUSED(dynamic[5].d_un.d_val, 15);
	assert_int_equal(elf_open(&elf, "\177ELF", 4), -1);
	assert_false(elf_is("\177EL", 3));
}

/* Each truncation of a file, in memory of exactly its size: a sanitizer detects reads beyond it. */
static void
survives_any_truncation(void **state)
{
	unsigned char file[ELF_MADE_SIZE];
	(void)state;

	for (int kind = 0; kind < 4; kind++) {
		elf_made(file, kind & 1, kind & 2);
		for (size_t size = 1; size < sizeof(file); size++) {
			unsigned char *cut = malloc(size);
			struct elf elf;
			assert_non_null(cut);
			memcpy(cut, file, size);
			assert_true(elf_open(&elf, cut, size) == -1 || size > ELF_MADE_STRINGS);
			free(cut);
		}
	}
}

/* Compares with binutils, for the file of this test. */
static void
agrees_with_readelf(void **state)
{
	struct objects objects = {NULL};
	const struct object *object = object_get(&objects, "/proc/self/exe");
	char command[64], line[512], expected[512];
	uint64_t at = 0;
	int found = 0;
	(void)state;

	assert_non_null(object);
	assert_int_equal(object->kind, OBJECT_ELF);
	snprintf(command, sizeof(command), "readelf -dlW /proc/%d/exe", (int)getpid());
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		if (strstr(line, "(NEEDED)") != NULL) {
			const char *name = elf_next(&object->elf, DT_NEEDED, &at);
			assert_non_null(name);
			snprintf(expected, sizeof(expected), "[%s]\n", name);
			assert_non_null(strstr(line, expected));
			found++;
		} else if (strstr(line, "interpreter:") != NULL) {
			assert_non_null(strstr(line, object->elf.interpreter));
			found++;
		}
	}
	assert_int_equal(pclose(pipe), 0);
	assert_true(found > 2);
	assert_null(elf_next(&object->elf, DT_NEEDED, &at));
	objects_free(&objects);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_both_classes_and_orders),
	    cmocka_unit_test(matches_by_class_order_and_machine),
	    cmocka_unit_test(refuses_out_of_bounds),
	    cmocka_unit_test(survives_any_truncation),
	    cmocka_unit_test(limits_files_crafted_to_take_long),
	    cmocka_unit_test(agrees_with_readelf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
