/* SPDX-License-Identifier: MIT */
#include "report_text.h"

#include <err.h>
#include <stdio.h>

#include "escape.h"

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
		warnx("%sthe command wrote more than a quarter of the memory: the rest was refused", which);
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
