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

#include "elf/elf_symbol.h"
#include "elf/object.h"
#include "elf/rules.h"
#include "host/elf.h"
#include "host/elf_note.h"
#include "made/elf_parts_made.h"

static void
reads_notes_of_both_alignments(void **state)
{
	unsigned char file[ELF_PARTS_SIZE];
	(void)state;

	for (int kind = 0; kind < 8; kind++) {
		struct elf_notes notes = {.header = 0};
		struct elf elf;
		size_t length;
		elf_parts_made(file, kind & 1, kind & 2, kind & 4 ? 8 : 4, ELF_PARTS_GNU);
		assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
		assert_string_equal(elf_next_note(&elf, &notes, "FDO", 7, &length), "one");
		assert_int_equal(length, 4);
		assert_string_equal(elf_next_note(&elf, &notes, "FDO", 7, &length), "two");
		assert_null(elf_next_note(&elf, &notes, "FDO", 7, &length));
		assert_null(elf_next_note(&elf, &notes, "FDO", 7, &length));
	}
}

static void
skips_a_broken_segment_of_notes(void **state)
{
	static const uint32_t sizes[] = {1000, 0x7fffffff, 0xfffffff0, 0xffffffff};
	unsigned char file[ELF_PARTS_SIZE];
	size_t length;
	(void)state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (int field = 0; field < 2; field++) {
			struct elf_notes notes = {.header = 0};
			struct elf elf;
			elf_parts_made(file, true, false, 4, ELF_PARTS_GNU);
			elf_made_put(file + ELF_PARTS_NOTES + 4 * field, sizes[i], 4, false);
			assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
			assert_null(elf_next_note(&elf, &notes, "FDO", 7, &length));
		}
	}
}

static void
reads_imports(void **state)
{
	unsigned char file[ELF_PARTS_SIZE];
	(void)state;

	for (int kind = 0; kind < 12; kind++) {
		struct elf_symbols symbols;
		struct elf elf;
		elf_parts_made(file, kind & 1, kind & 2, 4, (enum elf_parts_hash)(kind / 4));
		assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
		elf_symbols_start(&elf, &symbols);
		assert_string_equal(elf_next_import(&elf, &symbols), "iconv_open");
		assert_string_equal(elf_next_import(&elf, &symbols), "malloc");
		/* If no table gives the number of symbols, the bytes that follow have no name. */
		assert_null(elf_next_import(&elf, &symbols));
	}
}

static void
ignores_symbols_out_of_bounds(void **state)
{
	unsigned char file[ELF_PARTS_SIZE];
	struct elf_symbols symbols;
	struct elf elf;
	(void)state;

	/* More symbols than fit in the file. */
	elf_parts_made(file, true, false, 4, ELF_PARTS_GNU);
	elf_made_put(file + ELF_PARTS_HASH + 20, 0xffffffff, 4, false);
	assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
	elf_symbols_start(&elf, &symbols);
	assert_true(symbols.count <= (ELF_PARTS_SIZE - ELF_PARTS_SYMBOLS) / sizeof(Elf64_Sym));
	while (elf_next_import(&elf, &symbols) != NULL)
		;
	/* A table at an address outside the file. */
	elf_made_put(file + ELF_MADE_DYNAMIC + 7 * sizeof(Elf64_Dyn) + 8, 0x90000, 8, false);
	elf_symbols_start(&elf, &symbols);
	assert_null(elf_next_import(&elf, &symbols));
	/* A name that is not terminated within the string table. */
	elf_parts_made(file, true, false, 4, ELF_PARTS_GNU);
	elf_made_put(file + ELF_PARTS_SYMBOLS + sizeof(Elf64_Sym), ELF_PARTS_SIZE, 4, false);
	elf_symbols_start(&elf, &symbols);
	assert_string_equal(elf_next_import(&elf, &symbols), "malloc");
}

static void
finds_whole_strings_only(void **state)
{
	unsigned char file[ELF_PARTS_SIZE];
	struct elf elf;
	(void)state;

	elf_parts_made(file, true, false, 4, ELF_PARTS_GNU);
	assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
	assert_true(elf_has_string(&elf, "GLIBC_2.34"));
	assert_true(elf_has_string(&elf, "own"));
	assert_false(elf_has_string(&elf, "LIBC_2.34"));
	assert_false(elf_has_string(&elf, "GLIBC_2.3"));
	assert_false(elf_has_string(&elf, "conv_open"));
}

/* Compares with binutils, for the file of this test. */
static void
agrees_with_nm(void **state)
{
	struct objects objects = {NULL};
	const struct object *object = object_get(&objects, "/proc/self/exe");
	struct elf_symbols symbols;
	char command[64], line[512], expected[512];
	const char *name;
	int found = 0;
	(void)state;

	assert_non_null(object);
	elf_symbols_start(&object->elf, &symbols);
	snprintf(command, sizeof(command), "nm -D -p --without-symbol-versions /proc/%d/exe",
		 (int)getpid());
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		if (strstr(line, " U ") == NULL || strlen(line) > ELF_SYMBOL)
			continue;
		name = elf_next_import(&object->elf, &symbols);
		assert_non_null(name);
		snprintf(expected, sizeof(expected), " U %s\n", name);
		assert_non_null(strstr(line, expected));
		found++;
	}
	assert_int_equal(pclose(pipe), 0);
	assert_null(elf_next_import(&object->elf, &symbols));
	assert_true(found > 50);
	objects_free(&objects);
}

/* Lookup requires sorted tables, and the bits limit the number of rules. */
static void
rules_are_sorted(void **state)
{
	(void)state;

	assert_true(RULES <= 32);
	for (size_t i = 1; i < rule_symbol_count; i++)
		assert_true(strcmp(rule_symbols[i - 1].name, rule_symbols[i].name) < 0);
	for (size_t i = 1; i < rule_program_count; i++)
		assert_true(strcmp(rule_programs[i - 1].name, rule_programs[i].name) < 0);
	for (int i = 0; i < RULES; i++) {
		assert_non_null(rules[i].name);
		assert_true(rules[i].sonames != NULL || rules[i].below != NULL);
		assert_int_equal(rules[i].below != NULL, rules[i].paths != NULL);
		assert_int_equal(rules[i].built_in != NULL, rules[i].built_in_since != NULL);
	}
}

static void
rules_match_by_symbol_library_and_name(void **state)
{
	unsigned char file[ELF_PARTS_SIZE];
	struct elf elf;
	(void)state;

	elf_parts_made(file, true, false, 4, ELF_PARTS_GNU);
	assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
	assert_int_equal(rules_match(&elf, NULL), 1 << RULE_GCONV);
	assert_int_equal(rules_match(&elf, "libtinfo.so.6"), 1 << RULE_GCONV | 1 << RULE_TERMINFO);
	assert_int_equal(rules_match(&elf, "libpam.so.0"),
			 1 << RULE_GCONV | 1 << RULE_PAM | 1 << RULE_PAM_MODULES);
	assert_int_equal(rules_match(&elf, "libtinfo.so"), 1 << RULE_GCONV);
	/* The symbols do not count with another C library. */
	memcpy(file + ELF_MADE_STRINGS + 1, "libc.xx.6", 9);
	assert_int_equal(rules_match(&elf, NULL), 0);
	assert_int_equal(rules_match_name("/usr/bin/tmux"), 1 << RULE_LOCALE);
	assert_int_equal(rules_match_name("/usr/bin/tmu"), 0);
	assert_int_equal(rules_match_name("/tmux/ls"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_notes_of_both_alignments),
	    cmocka_unit_test(skips_a_broken_segment_of_notes),
	    cmocka_unit_test(reads_imports),
	    cmocka_unit_test(ignores_symbols_out_of_bounds),
	    cmocka_unit_test(finds_whole_strings_only),
	    cmocka_unit_test(agrees_with_nm),
	    cmocka_unit_test(rules_are_sorted),
	    cmocka_unit_test(rules_match_by_symbol_library_and_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
