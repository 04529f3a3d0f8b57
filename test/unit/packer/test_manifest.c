/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "input/manifest.h"
#include "nearest.h"

static void
reads_every_word(void **state)
{
	static const char text[] = "# don't\n"
				   "bin ls \"my prog\" # mode=1 is a name here: mode=1\n"
				   "\n"
				   "  try\tgdb mode=1\n"
				   "file src mode=04755 owner=1:4294967294 /dst\n"
				   "tree 'a\nb' \\\n  /c#d\n"
				   "link /a ../b owner=7:8\n"
				   "dir /d\n"
				   "node /n b 4095 1048575 mode=0\n"
				   "node /p p\n"
				   "filter *.o '#x'";
	static const struct {
		size_t number;
		enum manifest_word word;
		const char *operands[3];
	} expected[] = {
	    {2, MANIFEST_BIN, {"ls", "my prog"}}, {4, MANIFEST_TRY, {"gdb", "mode=1"}},
	    {5, MANIFEST_FILE, {"src", "/dst"}},  {6, MANIFEST_TREE, {"a\nb", "/c#d"}},
	    {9, MANIFEST_LINK, {"/a", "../b"}},	  {10, MANIFEST_DIR, {"/d"}},
	    {11, MANIFEST_NODE, {"/n"}},	  {12, MANIFEST_NODE, {"/p"}},
	    {13, MANIFEST_FILTER, {"*.o", "#x"}},
	};
	struct manifest manifest;
	(void)state;

	assert_int_equal(manifest_read(&manifest, text, sizeof(text) - 1), 0);
	assert_int_equal(manifest.count, sizeof(expected) / sizeof(*expected));
	for (size_t i = 0; i < manifest.count; i++) {
		const struct manifest_line *line = &manifest.lines[i];
		assert_int_equal(line->number, expected[i].number);
		assert_int_equal(line->word, expected[i].word);
		for (size_t o = 0; o < line->count; o++)
			assert_string_equal(line->operands[o], expected[i].operands[o]);
		assert_null(line->operands[line->count]);
		assert_null(expected[i].operands[line->count]);
	}
	const struct manifest_line *file = &manifest.lines[2], *node = &manifest.lines[6];
	assert_true(file->has_mode && file->has_owner);
	assert_int_equal(file->mode, 04755);
	assert_int_equal(file->uid, 1);
	assert_int_equal(file->gid, 4294967294);
	assert_true(!manifest.lines[4].has_mode && manifest.lines[4].has_owner);
	assert_true(node->node == S_IFBLK && node->major == 4095 && node->minor == 1048575 &&
		    node->has_mode);
	assert_int_equal(manifest.lines[7].node, S_IFIFO);
	manifest_free(&manifest);
}

static void
keeps_words_of_commands_unchanged(void **state)
{
	static const char text[] = "trace env mode=1 '' owner=x";
	struct manifest manifest;
	(void)state;

	assert_int_equal(manifest_read(&manifest, text, sizeof(text) - 1), 0);
	assert_int_equal(manifest.lines[0].word, MANIFEST_TRACE);
	assert_int_equal(manifest.lines[0].count, 4);
	assert_string_equal(manifest.lines[0].operands[1], "mode=1");
	assert_string_equal(manifest.lines[0].operands[2], "");
	assert_null(manifest.lines[0].operands[4]);
	manifest_free(&manifest);
}

static void
reports_problems(void **state)
{
	static const struct {
		const char *text, *problem;
	} table[] = {
	    {"fiel x", "unknown word \"fiel\"; did you mean \"file\"?"},
	    {"flter x", "unknown word \"flter\"; did you mean \"filter\"?"},
	    {"\033[2J x",
	     "unknown word \"\\033[2J\"; known words are bin, try, file, tree, link, dir, "
	     "node, filter, module "
	     "and trace"},
	    {"bin", "too few operands; usage: bin NAME..."},
	    {"trace", "too few operands; usage: trace COMMAND [ARGUMENT]..."},
	    {"trace '' a", "an operand is empty; remove it or fill it in"},
	    {"file a /b /c",
	     "too many operands; usage: file SRC [DST] [mode=0644] [owner=UID:GID]"},
	    {"file a b", "b is a path in the image and must begin with a slash"},
	    {"link a /b", "a is a path in the image and must begin with a slash"},
	    {"file a ''", "an operand is empty; remove it or fill it in"},
	    {"file a mode=8", "mode=8 is not a mode; write it in octal, 0 to 7777"},
	    {"file a mode=", "mode= is not a mode; write it in octal, 0 to 7777"},
	    {"file a mode=10000", "mode=10000 is not a mode; write it in octal, 0 to 7777"},
	    {"file a mode=0 mode=0", "mode= is set twice"},
	    {"dir /a owner=root", "owner=root is not an owner; write two numbers, UID:GID"},
	    {"dir /a owner=1:4294967295",
	     "owner=1:4294967295 is not an owner; write two numbers, UID:GID"},
	    {"dir /a owner=1: owner=1:1", "owner=1: is not an owner; write two numbers, UID:GID"},
	    {"tree a mode=1",
	     "mode=1 is not an attribute of this word; for a file name, write ./ in front"},
	    {"node /a d 1 2", "d is not a node type; use c, b or p"},
	    {"node /a c 1", "node types c and b need MAJOR and MINOR; p takes none"},
	    {"node /a p 1 2", "node types c and b need MAJOR and MINOR; p takes none"},
	    {"node /a c 4096 2", "a node's MAJOR is 0 to 4095 and its MINOR 0 to 1048575"},
	    {"node /a c 1 -2", "a node's MAJOR is 0 to 4095 and its MINOR 0 to 1048575"},
	    {"bin it's", "a quote is not closed, or nothing follows a backslash; in a name, write "
			 "a quote as \\'"},
	    {"bin a\\", "a quote is not closed, or nothing follows a backslash; in a name, write a "
			"quote as \\'"},
	    {"tree 'a' it's /b it's c", "too many operands; usage: tree SRC [DST]"},
	    {"link it's\n/b it's c d", "too many operands; usage: link PATH TARGET [owner=UID:GID] "
				       "(the line continues to line 2)"},
	    {"bin ls\r\nbin cat\r\n", "the line ends in CR LF; remove the CRs with tr -d '\\r'"},
	};
	struct manifest manifest;
	(void)state;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(manifest_read(&manifest, table[i].text, strlen(table[i].text)),
				 -1);
		assert_true(manifest.problem_count >= 1);
		assert_string_equal(manifest.problems[0].text, table[i].problem);
		assert_int_equal(manifest.problems[0].number, 1);
		manifest_free(&manifest);
	}
	assert_int_equal(manifest_read(&manifest, "bin\0ls", 6), -1);
	assert_string_equal(manifest.problems[0].text,
			    "the file is not text: it has a byte of value 0");
	manifest_free(&manifest);
}

static void
reports_all_problems(void **state)
{
	static const char text[] = "bin 'ls\nfiel\nbin cat\n\ndir d\n";
	static const size_t lines[] = {1, 2, 5};
	struct manifest manifest;
	(void)state;

	assert_int_equal(manifest_read(&manifest, text, sizeof(text) - 1), -1);
	assert_int_equal(manifest.problem_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(manifest.problems[i].number, lines[i]);
	assert_int_equal(manifest.count, 1);
	manifest_free(&manifest);
	assert_int_equal(manifest_read(&manifest, "", 0), 0);
	assert_int_equal(manifest.count, 0);
	manifest_free(&manifest);
}

static void
finds_the_nearest_word(void **state)
{
	static const char *const known[] = {"bin", "file", "filter", NULL};
	(void)state;

	assert_string_equal(nearest_word("flie", known), "file");
	assert_string_equal(nearest_word("bins", known), "bin");
	assert_string_equal(nearest_word("filters", known), "filter");
	assert_null(nearest_word("xyz", known));
	assert_null(nearest_word("", known));
	assert_null(nearest_word("something quite long that is not a word of anything", known));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_word),
	    cmocka_unit_test(keeps_words_of_commands_unchanged),
	    cmocka_unit_test(reports_problems),
	    cmocka_unit_test(reports_all_problems),
	    cmocka_unit_test(finds_the_nearest_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
