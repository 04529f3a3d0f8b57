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
	int out = write_stream(stdout, "stdout", &result->out);
	int err = write_stream(stderr, "stderr", &result->err);

	return out != 0 || err != 0 ? -1 : 0;
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
	for (size_t i = 0; i < result->strays.count; i++) {
		struct text t = text_in(line, sizeof(line));
		escape_bytes(&t, result->strays.at[i].data, result->strays.at[i].length);
		warnx("the command left a process behind, which was killed: %llu (%.*s)",
		      (unsigned long long)result->strays.at[i].pid, (int)t.used, line);
	}
}
