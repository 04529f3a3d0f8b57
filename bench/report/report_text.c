/* SPDX-License-Identifier: MIT */
#include "report/report_text.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"

enum { LINES_SHOWN = 3, LINE_ESCAPED = 4 * EXCERPT_LINE_MAX + 16 };

static int
write_stream(FILE *stream, const char *name, const struct bytes *bytes)
{
	if (bytes->length > 0)
		fwrite(bytes->data, 1, bytes->length, stream);
	if (fflush(stream) == 0 && !ferror(stream))
		return 0;
	warn("cannot write the command's %s", name);
	return -1;
}

int
report_text_output(const struct result *result)
{
	int failed = 0;

	for (size_t i = 0; i < result->run_count; i++) {
		const struct bytes *streams = result->runs[i].streams;
		failed |= write_stream(stdout, "stdout", &streams[STREAM_OUT]);
		failed |= write_stream(stderr, "stderr", &streams[STREAM_ERR]);
		failed |= write_stream(stdout, "numbers", &streams[STREAM_RESULTS]);
	}
	return failed;
}

/* "run 3: " where there are several. */
static void
remark_run(const struct result *result, const struct result_run *run)
{
	char line[OUTCOME_REASON_MAX], which[32] = "";

	if (result->run_count > 1)
		snprintf(which, sizeof(which), "run %llu: ", (unsigned long long)run->number);
	if (run->exceeded)
		warnx("%s/run, a quarter of the memory, was full: output was refused", which);
	for (size_t i = 0; i < run->strays.count; i++) {
		struct text t = text_in(line, sizeof(line));
		escape_bytes(&t, run->strays.at[i].data, run->strays.at[i].length);
		warnx("%sthe command left a process behind, which was killed: %llu (%.*s)", which,
		      (unsigned long long)run->strays.at[i].pid, (int)t.used, line);
	}
}

void
report_text_remarks(const struct result *result)
{
	char line[OUTCOME_REASON_MAX];

	for (size_t i = 0; i < result->warnings.count; i++) {
		struct text t = text_in(line, sizeof(line));
		escape_bytes(&t, result->warnings.at[i].data, result->warnings.at[i].length);
		warnx("warning from the guest: %.*s", (int)t.used, line);
	}
	for (size_t i = 0; i < result->run_count; i++)
		remark_run(result, &result->runs[i]);
}

/* Escapes the line for printing. Returns false if the reason already has it. */
static bool
escape_line(char escaped[LINE_ESCAPED], const struct outcome_line *line, const char *reason)
{
	struct text t = text_in(escaped, LINE_ESCAPED - 1);

	escape_bytes(&t, line->data, line->length);
	escaped[t.used] = '\0';
	return reason[0] == '\0' ||
	       (strstr(reason, escaped) == NULL && strstr(escaped, reason) == NULL);
}

void
report_text_lines(enum outcome outcome, const char *reason, const struct outcome_line *lines,
		  size_t count)
{
	bool is_trouble = outcome == OUTCOME_PANIC || outcome == OUTCOME_OOPS ||
			  outcome == OUTCOME_LOCKUP || outcome == OUTCOME_WARNING;
	char escaped[LINE_ESCAPED];
	size_t others = 0, seen = 0;

	for (size_t i = 0; i < count; i++)
		others += escape_line(escaped, &lines[i], reason);
	size_t from = is_trouble || others < LINES_SHOWN ? 0 : others - LINES_SHOWN;
	for (size_t i = 0; i < count; i++) {
		if (!escape_line(escaped, &lines[i], reason))
			continue;
		if (seen >= from && seen < from + LINES_SHOWN)
			fprintf(stderr, "  %s\n", escaped);
		seen++;
	}
}
