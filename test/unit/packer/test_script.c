/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "elf/script.h"

static void
reads_lines(void **state)
{
	static const struct {
		const char *line;
		enum script_result result;
		const char *interpreter, *argument, *program;
	} table[] = {
	    {"#!/bin/sh\n", SCRIPT_OK, "/bin/sh", "", ""},
	    {"#!/bin/sh", SCRIPT_OK, "/bin/sh", "", ""},
	    {"#! \t/bin/sh \t\nx", SCRIPT_OK, "/bin/sh", "", ""},
	    {"#!/bin/sh -e -u\n", SCRIPT_OK, "/bin/sh", "-e -u", ""},
	    {"#!/usr/bin/env bash\n", SCRIPT_OK, "/usr/bin/env", "bash", "bash"},
	    {"#!/usr/bin/env bash -e\n", SCRIPT_OK, "/usr/bin/env", "bash -e", "bash -e"},
	    {"#!/usr/bin/env -S bash -e\n", SCRIPT_OK, "/usr/bin/env", "-S bash -e", "bash"},
	    {"#!/usr/bin/env -Sbash\n", SCRIPT_OK, "/usr/bin/env", "-Sbash", "bash"},
	    {"#!/usr/bin/env -S A=1 -i -u B  awk -f\n", SCRIPT_OK, "/usr/bin/env",
	     "-S A=1 -i -u B  awk -f", "awk"},
	    {"#!/usr/bin/env -S 'my prog' x\n", SCRIPT_OK, "/usr/bin/env", "-S 'my prog' x",
	     "my prog"},
	    {"#!/usr/bin/env --split-string=awk -f\n", SCRIPT_OK, "/usr/bin/env",
	     "--split-string=awk -f", "awk"},
	    {"#!/usr/bin/env\n", SCRIPT_OK, "/usr/bin/env", "", ""},
	    {"#!/opt/my-env x\n", SCRIPT_OK, "/opt/my-env", "x", ""},
	    {"#!/bin/sh\r\n", SCRIPT_CR, "", "", ""},
	    {"#!/bin/sh -e\r\n", SCRIPT_CR, "", "", ""},
	    {"#!\n", SCRIPT_EMPTY, "", "", ""},
	    {"#! \t", SCRIPT_EMPTY, "", "", ""},
	    {"#", SCRIPT_NONE, "", "", ""},
	    {"", SCRIPT_NONE, "", "", ""},
	    {" #!/bin/sh\n", SCRIPT_NONE, "", "", ""},
	};
	struct script script;
	(void)state;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(script_read(&script, table[i].line, strlen(table[i].line)),
				 table[i].result);
		assert_int_equal(script_problem(table[i].result) == NULL,
				 table[i].result == SCRIPT_OK || table[i].result == SCRIPT_NONE);
		if (table[i].result != SCRIPT_OK)
			continue;
		assert_string_equal(script.interpreter, table[i].interpreter);
		assert_string_equal(script.argument, table[i].argument);
		assert_string_equal(script.program, table[i].program);
	}
}

/* The kernel reads 256 bytes: they must contain the whole interpreter, but may cut an argument. */
static void
applies_the_kernels_limit(void **state)
{
	char line[400];
	struct script script;
	(void)state;

	memset(line, 'a', sizeof(line));
	memcpy(line, "#!/", 3);
	assert_int_equal(script_read(&script, line, sizeof(line)), SCRIPT_LONG);
	line[255] = '\n';
	assert_int_equal(script_read(&script, line, sizeof(line)), SCRIPT_OK);
	assert_int_equal(strlen(script.interpreter), 253);
	line[255] = 'a';
	line[100] = ' ';
	assert_int_equal(script_read(&script, line, sizeof(line)), SCRIPT_OK);
	assert_int_equal(strlen(script.interpreter), 98);
	assert_int_equal(strlen(script.argument), 155);
	memset(line + 2, ' ', 300);
	assert_int_equal(script_read(&script, line, sizeof(line)), SCRIPT_LONG);
	line[50] = '\0';
	assert_int_equal(script_read(&script, line, sizeof(line)), SCRIPT_BINARY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_lines),
	    cmocka_unit_test(applies_the_kernels_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
