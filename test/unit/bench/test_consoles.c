/* SPDX-License-Identifier: MIT */
/*
 * Recorded consoles (test/consoles) and their expected results. `expected` has an entry for each:
 * lines "KEY VALUE" and an empty line. `log NAME`; how the machine ended, if known: `end off`,
 * `reset`, `returned` or `silent`; expectations: `kernel NAME`, that of another log, or `most
 * FIGURE NUMBER`; then `outcome`, `reason` and each `line`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/escape.h"
#include "console/outcome.h"

#define FOLDER "test/consoles/"

enum { LINE = 1200 };

struct entry {
	char log[64], kernel[64], outcome[64], reason[OUTCOME_REASON_MAX];
	char lines[OUTCOME_LINES][LINE];
	size_t line_count;
	enum machine_end end;
	bool has_noise;
	struct noise_limits noise;
};

static bool seen[OUTCOME_NO_QEMU + 1];

static void
read_limit(struct entry *entry, const char *value)
{
	char name[64];
	unsigned long long most;

	assert_int_equal(sscanf(value, "%63s %llu", name, &most), 2);
	for (int i = 0; i < FIGURES; i++)
		if (strcmp(name, result_figure_names[i]) == 0) {
			entry->noise.has[i] = entry->has_noise = true;
			entry->noise.max[i] = most;
		}
	assert_true(entry->has_noise);
}

static void
read_key(struct entry *entry, const char *key, const char *value)
{
	if (strcmp(key, "log") == 0) {
		snprintf(entry->log, sizeof(entry->log), "%s", value);
	} else if (strcmp(key, "end") == 0) {
		entry->end = strcmp(value, "off") == 0	      ? MACHINE_POWERED_OFF
			     : strcmp(value, "reset") == 0    ? MACHINE_RESET
			     : strcmp(value, "returned") == 0 ? MACHINE_RETURNED
							      : MACHINE_SILENT;
	} else if (strcmp(key, "kernel") == 0) {
		snprintf(entry->kernel, sizeof(entry->kernel), "%s", value);
	} else if (strcmp(key, "most") == 0) {
		read_limit(entry, value);
	} else if (strcmp(key, "outcome") == 0) {
		snprintf(entry->outcome, sizeof(entry->outcome), "%s", value);
	} else if (strcmp(key, "reason") == 0) {
		snprintf(entry->reason, sizeof(entry->reason), "%s", value);
	} else {
		assert_string_equal(key, "line");
		assert_true(entry->line_count < OUTCOME_LINES);
		snprintf(entry->lines[entry->line_count++], LINE, "%s", value);
	}
}

/* Reads the next entry. Returns false at the end. */
static bool
read_entry(FILE *file, struct entry *entry)
{
	char line[LINE];

	*entry = (struct entry){.end = MACHINE_UNKNOWN};
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		char *value = strchr(line, ' ');
		if (value == NULL)
			break;
		*value = '\0';
		read_key(entry, line, value + 1);
	}
	return entry->log[0] != '\0';
}

static void
read_console(struct console *console, const char *name, size_t piece)
{
	char path[128], bytes[4096];
	size_t n;

	snprintf(path, sizeof(path), FOLDER "%s.log", name);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("cannot read %s", path);
	assert_int_equal(console_open(console, NULL), 0);
	while ((n = fread(bytes, 1, piece, file)) > 0)
		assert_int_equal(console_feed(console, bytes, n), 0);
	assert_int_equal(console_feed(console, NULL, 0), 0);
	fclose(file);
}

static void
check_lines(const struct evidence *e, enum outcome outcome, const struct entry *entry)
{
	struct outcome_line lines[OUTCOME_LINES];
	size_t count = outcome_lines(e, outcome, lines);

	for (size_t i = 0; i < count && i < entry->line_count; i++) {
		char escaped[LINE];
		struct text t = text_in(escaped, sizeof(escaped) - 1);
		escape_bytes(&t, lines[i].data, lines[i].length);
		escaped[t.used] = '\0';
		assert_string_equal(escaped, entry->lines[i]);
	}
	assert_int_equal(count, entry->line_count);
}

static void
check_console(const struct entry *entry, const char *build_id, size_t piece)
{
	struct console console;
	struct result result;
	char reason[OUTCOME_REASON_MAX + 1] = "";
	struct text t = text_in(reason, sizeof(reason) - 1);

	read_console(&console, entry->log, piece);
	assert_int_equal(result_read(&result, console.wire), 0);
	const struct evidence e = {
	    .end = entry->end,
	    .limit_s = 60,
	    .console = &console,
	    .result = &result,
	    .verdict = wire_log_verdict(console.wire),
	    .build_id = build_id,
	    .noise = entry->has_noise ? &entry->noise : NULL,
	};
	enum outcome outcome = outcome_judge(&e, &t);
	seen[outcome] = true;
	assert_string_equal(outcome_name(outcome), entry->outcome);
	assert_string_equal(reason, entry->reason);
	check_lines(&e, outcome, entry);
	result_free(&result);
	console_close(&console);
}

static void
each_console_has_its_expected_outcome(void **state)
{
	FILE *file = fopen(FOLDER "expected", "r");
	struct entry entry;
	(void)state;

	assert_non_null(file);
	while (read_entry(file, &entry)) {
		char build_id[RESULT_WORD_MAX + 1] = "";
		struct console other;
		struct result result;
		if (entry.kernel[0] != '\0') {
			read_console(&other, entry.kernel, 4096);
			assert_int_equal(result_read(&result, other.wire), 0);
			strcpy(build_id, result.build_id);
			assert_true(strlen(build_id) > 0);
			result_free(&result);
			console_close(&other);
		}
		print_message("# %s\n", entry.log);
		check_console(&entry, build_id, 4096);
		check_console(&entry, build_id, 7);
	}
	fclose(file);
}

/* Only a failed target and a missing QEMU have no console; a flood is too large for a file. */
static void
each_outcome_is_among_them(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOME_QEMU_FAILED; i++)
		if (!seen[i] && i != OUTCOME_FLOODED)
			fail_msg("%s is missing", outcome_name((enum outcome)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_console_has_its_expected_outcome),
	    cmocka_unit_test(each_outcome_is_among_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
