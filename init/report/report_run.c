/* SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "percent.h"
#include "run/run.h"
#include "text.h"

enum { COMMAND_SHOWN = 128 };

void
report_start(unsigned run, unsigned command, bool warmup, uint64_t timeout_s)
{
	char payload[64];
	struct text t = text_in(payload, sizeof(payload));

	text_field(&t, "run", run);
	if (command > 1)
		text_field(&t, "command", command);
	if (warmup)
		text_field(&t, "warmup", 1);
	if (timeout_s > 0)
		text_field(&t, "timeout", timeout_s);
	report_send("start", t.data, t.used);
}

void
report_output(const char *stream, unsigned run, int fd)
{
	char payload[WIRE_PAYLOAD_MAX];
	uint64_t offset = 0;

	for (;;) {
		struct text t = text_in(payload, sizeof(payload));

		text_string(&t, stream);
		text_char(&t, ' ');
		text_number(&t, run);
		text_char(&t, ' ');
		text_number(&t, offset);
		text_char(&t, '\n');
		ssize_t got = pread(fd, payload + t.used, sizeof(payload) - t.used, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			report_warning("cannot read back what the experiment wrote", errno);
		if (got <= 0)
			return;
		report_send("output", payload, t.used + (size_t)got);
		offset += (uint64_t)got;
	}
}

static uint64_t
microseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

void
report_exit(unsigned run, const char *command, const struct run_result *result)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	text_field(&t, "run", run);
	if (result->error != 0) {
		text_field(&t, "status", result->error == ENOENT ? 127 : 126);
		text_string(&t, "error ");
		percent_encode(&t, command, strnlen(command, COMMAND_SHOWN), "");
		text_string(&t, ": ");
		text_string(&t, strerror(result->error));
		text_char(&t, '\n');
	} else if (WIFSIGNALED(result->status)) {
		text_field(&t, "signal", (uint64_t)WTERMSIG(result->status));
		if (WCOREDUMP(result->status))
			text_field(&t, "core", 1);
	} else {
		text_field(&t, "status", (uint64_t)WEXITSTATUS(result->status));
	}
	if (result->timed_out)
		text_field(&t, "timeout", 1);
	if (result->ended_by != 0)
		text_field(&t, "ended", (uint64_t)result->ended_by);
	text_field(&t, "wall_ns", result->wall_ns);
	text_field(&t, "user_us", microseconds(result->usage.ru_utime));
	text_field(&t, "system_us", microseconds(result->usage.ru_stime));
	text_field(&t, "maxrss_kib", (uint64_t)result->usage.ru_maxrss);
	text_field(&t, "minor_faults", (uint64_t)result->usage.ru_minflt);
	text_field(&t, "major_faults", (uint64_t)result->usage.ru_majflt);
	text_field(&t, "voluntary_switches", (uint64_t)result->usage.ru_nvcsw);
	text_field(&t, "involuntary_switches", (uint64_t)result->usage.ru_nivcsw);
	text_field(&t, "init_switches", result->init_switches);
	report_send("exit", t.data, t.used);
}

void
report_stray(unsigned run, uint64_t pid, const char *name)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	text_field(&t, "run", run);
	text_field(&t, "pid", pid);
	percent_field(&t, "name", name, SIZE_MAX);
	report_send("stray", t.data, t.used);
}

void
report_exceeded(unsigned run)
{
	char payload[32];
	struct text t = text_in(payload, sizeof(payload));

	text_field(&t, "run", run);
	report_send("exceeded", t.data, t.used);
}

void
report_run_log(unsigned run, const char *text, unsigned long length)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	text_number(&t, run);
	text_char(&t, '\n');
	text_bytes(&t, text, length);
	report_send("runlog", t.data, t.used);
}
