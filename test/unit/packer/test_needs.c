/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/kernel_config.h"
#include "kernel/kernel_proof.h"
#include "kernel/needs.h"

static int
read_text(struct needs *needs, const char *text, size_t *line)
{
	return needs_read(needs, text, strlen(text), line);
}

/* Compares what the row lacks in a configuration, and frees it. */
static void
expect_lacking(const char *options, const char *configuration, const char *expected,
	       bool expected_modules)
{
	const struct kernel_config config = {configuration, strlen(configuration)};
	char table[256];
	struct needs needs;
	bool are_modules;
	size_t line;

	snprintf(table, sizeof(table), "kind name %s what happens\n", options);
	assert_int_equal(read_text(&needs, table, &line), 0);
	needs_judge(&needs, &config);
	char *lacking = needs_lacking(&needs, &needs.rows[0], &are_modules);
	if (expected == NULL) {
		assert_null(lacking);
	} else {
		assert_string_equal(lacking, expected);
		assert_int_equal(are_modules, expected_modules);
	}
	free(lacking);
	needs_free(&needs);
}

static void
reads_rows(void **state)
{
	static const char table[] =
	    "# kinds\n\n  \t\nboot  initramfs\tBLK_DEV_INITRD   panic: no root\n"
	    "symbol openpty A,B_2|C what \"happens\" # no comment";
	struct needs needs;
	size_t line;
	(void)state;

	assert_int_equal(read_text(&needs, table, &line), 0);
	assert_int_equal(needs.count, 2);
	assert_int_equal(needs.option_count, 4);
	const struct needs_row *row = needs_find(&needs, "symbol", "openpty");
	assert_ptr_equal(row, &needs.rows[1]);
	assert_string_equal(row->options, "A,B_2|C");
	assert_string_equal(row->consequence, "what \"happens\" # no comment");
	assert_string_equal(needs.rows[0].options, "BLK_DEV_INITRD");
	assert_string_equal(needs.rows[0].consequence, "panic: no root");
	assert_null(needs_find(&needs, "symbol", "initramfs"));
	assert_null(needs_find(&needs, "boot", "openpty"));
	needs_free(&needs);
}

static void
reports_the_invalid_line(void **state)
{
	static const char *const lines[] = {"boot",	      "boot name",	"boot name A",
					    "boot name A  ",  "boot name a b",	"boot name A,,B c",
					    "boot name ,A c", "boot name A| c", "boot name A;B c"};
	struct needs needs;
	char table[64];
	size_t line;
	(void)state;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(table, sizeof(table), "# head\nboot a A b\n%s\nboot a A b\n", lines[i]);
		assert_int_equal(read_text(&needs, table, &line), -1);
		assert_int_equal(line, 3);
	}
	assert_int_equal(needs_read(&needs, "boot a A b\0c", 12, &line), -1);
	assert_int_equal(needs_read(&needs, "", 0, &line), 0);
	assert_int_equal(needs.count, 0);
	needs_judge(&needs, &(const struct kernel_config){"CONFIG_A=y", 10});
	assert_null(needs_find(&needs, "boot", "a"));
	needs_free(&needs);
}

static void
reports_missing_options(void **state)
{
	(void)state;
	expect_lacking("A", "CONFIG_A=y\n", NULL, false);
	expect_lacking("A", "CONFIG_AB=y\n# CONFIG_A is not set\n", "CONFIG_A=y", false);
	expect_lacking("A", "CONFIG_A=m\n", "CONFIG_A=y", true);
	expect_lacking("A", "", "CONFIG_A=y", false);
	expect_lacking("A,B", "CONFIG_A=y\n", "CONFIG_B=y", false);
	expect_lacking("A,B", "CONFIG_C=y\n", "CONFIG_A=y and CONFIG_B=y", false);
	expect_lacking("A,B", "CONFIG_A=m\n", "CONFIG_A=y and CONFIG_B=y", false);
	expect_lacking("A,B", "CONFIG_A=m\nCONFIG_B=m\n", "CONFIG_A=y and CONFIG_B=y", true);
	expect_lacking("A,B", "CONFIG_A=y\nCONFIG_B=y\nCONFIG_A=n\n", "CONFIG_A=y", false);
	expect_lacking("A|B", "CONFIG_B=y\n", NULL, false);
	expect_lacking("A|B", "CONFIG_B=m\n", "CONFIG_A=y or CONFIG_B=y", true);
	expect_lacking("A|B,C", "CONFIG_A=y\n", "CONFIG_C=y", false);
	expect_lacking("C,A|B", "CONFIG_C=y\n", "CONFIG_A=y or CONFIG_B=y", false);
	expect_lacking("C,A|B,D", "CONFIG_B=y\n", "CONFIG_C=y and CONFIG_D=y", false);
	/* A value is not a state. */
	expect_lacking("A", "CONFIG_A=1\n", "CONFIG_A=y", false);
}

/* Each line of the file is a row of packer's own table, and packer knows its kind. */
static void
has_the_table(void **state)
{
	static const char *const kinds[][2] = {
	    {"boot", "initramfs"}, {"init", "proc"},   {"wanted", "devtmpfs"},
	    {"pc", "serial"},	   {"image", "zstd"},  {"program", "elf64"},
	    {"program", "elf32"},  {"program", "x32"}, {"program", "compat"},
	    {"program", "script"}, {"module", "any"},  {"module", "xz"},
	    {"module", "gzip"},	   {"module", "zstd"}, {"node", "block"},
	    {"symbol", "setns"}};
	struct needs needs;
	char row[1024];
	size_t line, rows = 0;
	(void)state;

	FILE *file = fopen("kconfig/needs", "r");
	assert_non_null(file);
	assert_int_equal(read_text(&needs, needs_table, &line), 0);
	while (fgets(row, sizeof(row), file) != NULL) {
		char kind[64], name[64], options[256];
		if (row[0] == '#' || row[0] == '\n')
			continue;
		assert_int_equal(sscanf(row, "%63s %63s %255s", kind, name, options), 3);
		assert_true(rows < needs.count);
		assert_string_equal(needs.rows[rows].kind, kind);
		assert_string_equal(needs.rows[rows].name, name);
		assert_string_equal(needs.rows[rows].options, options);
		const char *consequence = needs.rows[rows++].consequence;
		row[strcspn(row, "\n")] = '\0';
		assert_string_equal(row + strlen(row) - strlen(consequence), consequence);
	}
	assert_int_equal(rows, needs.count);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		assert_non_null(needs_find(&needs, kinds[i][0], kinds[i][1]));
	fclose(file);
	needs_free(&needs);
}

/* Compares a finding as a line, and frees it. */
static void
reads_as(const struct finding *finding, const char *expected)
{
	char *line = findings_line(finding);

	assert_string_equal(line, expected);
	free(line);
}

static void
gathers_findings(void **state)
{
	static const char ip[] = "/bin/ip", library[] = "/lib/a.so", other[] = "/bin/other";
	struct findings findings = {.count = 0};
	(void)state;

	findings_add(&findings, FINDING_NOTE, library, "setns", "CONFIG_NAMESPACES=y");
	findings_add(&findings, FINDING_WARNING, ip, "unshare", "CONFIG_NAMESPACES=y");
	findings_add(&findings, FINDING_WARNING, ip, "setns", "CONFIG_NAMESPACES=y");
	findings_add(&findings, FINDING_WARNING, other, "set", "CONFIG_NAMESPACES=y");
	findings_add(&findings, FINDING_ERROR, NULL, NULL, "it is none");
	findings_add(&findings, FINDING_ERROR, ip, NULL, "it is for another machine");
	findings_add(&findings, FINDING_ERROR, NULL, "an image", "CONFIG_A=y");
	assert_int_equal(findings.count, 4);
	assert_int_equal(findings.all[0].level, FINDING_WARNING);
	reads_as(&findings.all[0],
		 "/bin/ip and 2 more: setns, unshare, set need CONFIG_NAMESPACES=y");
	reads_as(&findings.all[1], "it is none");
	reads_as(&findings.all[2], "/bin/ip: it is for another machine");
	reads_as(&findings.all[3], "an image needs CONFIG_A=y");
	findings_free(&findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_rows),
	    cmocka_unit_test(reports_the_invalid_line),
	    cmocka_unit_test(reports_missing_options),
	    cmocka_unit_test(has_the_table),
	    cmocka_unit_test(gathers_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
