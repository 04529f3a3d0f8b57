/* SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/console_out.h"
#include "base/files.h"
#include "percent.h"
#include "report/identity.h"
#include "report/net_record.h"
#include "run/run.h"
#include "text.h"
#include "wire.h"

static void report_send(const char *kind, const void *payload, size_t length);

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
			report_warning("cannot read the experiment's output", errno);
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

/* Commands of syslog(2), which the C library does not name. */
enum { SYSLOG_READ_ALL = 3, SYSLOG_SIZE_BUFFER = 10 };

static struct wire_encoder wire;
static bool greeted, ended;
static char held[4096];
static size_t held_used, held_lost;

/* Sends one record. */
static void
report_send(const char *kind, const void *payload, size_t length)
{
	char line[WIRE_LINE_MAX];

	console_write(line, wire_encode(&wire, kind, payload, length, line));
}

void
report_hello(uint64_t session)
{
	char payload[WIRE_PAYLOAD_MAX], boot[64];
	struct text t = text_in(payload, sizeof(payload));
	struct utsname kernel;

	wire_start(&wire, session);
	file_read("/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	boot[strcspn(boot, "\n")] = '\0';
	text_field_string(&t, "init", LULL_VERSION);
	text_field_string(&t, "kernel", uname(&kernel) == 0 ? kernel.release : "");
	text_field_string(&t, "boot", boot);
	text_field(&t, "uptime_ns", clock_uptime_ns());
	identity_write(&t, AT_FDCWD);
	report_send("hello", t.data, t.used);
	greeted = true;
	for (size_t at = 0; at < held_used; at += strlen(held + at) + 1)
		report_send("warning", held + at, strlen(held + at));
	if (held_lost > 0)
		report_warning("more warnings were issued than are kept", 0);
}

void
report_warning(const char *what, int error)
{
	enum { REASON_MAX = 64 };
	char line[256];
	struct text t = text_in(line, sizeof(line));

	/* Truncated, since an append that does not fit would be dropped. */
	text_bytes(&t, what, strnlen(what, sizeof(line) - REASON_MAX));
	if (error != 0) {
		text_string(&t, ": ");
		text_string(&t, strerror(error));
	}
	if (ended) {
		text_string(&t, "\n");
		console_write(t.data, t.used);
	} else if (greeted) {
		report_send("warning", t.data, t.used);
	} else if (t.used < sizeof(held) - held_used) {
		memcpy(held + held_used, t.data, t.used);
		held_used += t.used + 1;
	} else {
		held_lost++;
	}
}

void
report_fail(const char *why)
{
	report_send("fail", why, strlen(why));
}

void
report_wait(const char *what, uint64_t seconds)
{
	char payload[256];
	struct text t = text_in(payload, sizeof(payload));

	text_field(&t, "seconds", seconds);
	percent_field(&t, "for", what, 64);
	report_send("wait", t.data, t.used);
}

void
report_net(const struct net_record *record)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	net_record_write(&t, record);
	report_send("net", t.data, t.used);
}

uint64_t
report_taint(void)
{
	char digits[32], payload[64];
	struct text t = text_in(payload, sizeof(payload));
	uint64_t taint = 0;

	file_read("/proc/sys/kernel/tainted", digits, sizeof(digits));
	digits[strcspn(digits, "\n")] = '\0';
	text_parse_number(digits, UINT64_MAX, &taint);
	text_field(&t, "taint", taint);
	if (taint != 0)
		report_send("taint", t.data, t.used);
	return taint;
}

void
report_knob(const char *path, const char *before, const char *after)
{
	enum { SHOWN = 100 };
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	percent_field(&t, "path", path, SHOWN);
	if (before != NULL)
		percent_field(&t, "before", before, SHOWN);
	if (after != NULL)
		percent_field(&t, "after", after, SHOWN);
	report_send("knob", t.data, t.used);
}

void
report_file(unsigned index, const char *path, unsigned mode)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	text_field(&t, "file", index);
	text_field(&t, "mode", mode);
	percent_field(&t, "path", path, SIZE_MAX);
	report_send("file", t.data, t.used);
}

void
report_data(unsigned index, uint64_t offset, const void *bytes, size_t length)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));

	text_number(&t, index);
	text_char(&t, ' ');
	text_number(&t, offset);
	text_char(&t, '\n');
	text_bytes(&t, bytes, length);
	report_send("data", t.data, t.used);
}

void
report_file_end(unsigned index, uint64_t size, struct sha256 *digest)
{
	char payload[WIRE_PAYLOAD_MAX];
	struct text t = text_in(payload, sizeof(payload));
	unsigned char sum[SHA256_SIZE];

	sha256_finish(digest, sum);
	text_field(&t, "file", index);
	text_field(&t, "size", size);
	text_string(&t, "sha256 ");
	for (size_t i = 0; i < sizeof(sum); i++)
		text_hex(&t, sum[i], 2);
	text_char(&t, '\n');
	report_send("filesum", t.data, t.used);
}

void
report_kernel_log(void)
{
	int size = klogctl(SYSLOG_SIZE_BUFFER, NULL, 0);
	char *log = size > 0 ? malloc((size_t)size) : NULL;
	int length = log != NULL ? klogctl(SYSLOG_READ_ALL, log, size) : -1;

	if (length < 0)
		report_warning("cannot read the kernel log", errno);
	for (int at = 0; at < length; at += WIRE_PAYLOAD_MAX)
		report_send(
		    "klog", log + at,
		    (size_t)(length - at < WIRE_PAYLOAD_MAX ? length - at : WIRE_PAYLOAD_MAX));
	free(log);
}

void
report_environment(const void *payload, size_t length)
{
	report_send("environment", payload, length);
}

void
report_end(void)
{
	char line[WIRE_LINE_MAX];

	console_write(line, wire_encode_end(&wire, line));
	ended = true;
}
