/* SPDX-License-Identifier: MIT */
#include "result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "percent.h"
#include "text.h"

enum { SIGNAL_MAX = 64, STATUS_MAX = 255 };

const char *const result_figure_names[FIGURES] = {
    "wall_ns",	    "user_us",	    "system_us",	  "maxrss_kib",
    "minor_faults", "major_faults", "voluntary_switches", "involuntary_switches",
};

/* Finds the line "KEY VALUE\n" and copies the value; false where there is none or it does not fit or holds a NUL. */
static bool
find_value(const struct wire_log_record *record, const char *key, char *value, size_t size)
{
	const char *at = (const char *)record->payload;
	size_t left = record->length;
	size_t key_length = strlen(key);

	while (left > 0) {
		const char *newline = memchr(at, '\n', left);
		size_t length = newline != NULL ? (size_t)(newline - at) : left;

		if (length > key_length && memcmp(at, key, key_length) == 0 && at[key_length] == ' ') {
			size_t n = length - key_length - 1;
			if (n >= size || memchr(at, '\0', length) != NULL)
				return false;
			memcpy(value, at + key_length + 1, n);
			value[n] = '\0';
			return true;
		}
		if (newline == NULL)
			return false;
		at += length + 1;
		left -= length + 1;
	}
	return false;
}

static bool
find_number(const struct wire_log_record *record, const char *key, uint64_t max, uint64_t *number)
{
	char value[32];

	return find_value(record, key, value, sizeof(value)) && text_parse_number(value, max, number) == 0;
}

static int
add_line(struct result_lines *lines, const void *data, size_t length, uint64_t pid)
{
	struct result_line *at = realloc(lines->at, (lines->count + 1) * sizeof(*at));

	if (at == NULL)
		return -1;
	lines->at = at;
	char *copy = malloc(length + 1);
	if (copy == NULL)
		return -1;
	memcpy(copy, data, length);
	copy[length] = '\0';
	lines->at[lines->count++] = (struct result_line){copy, length, pid};
	return 0;
}

static int
read_hello(struct result *r, const struct wire_log_record *record)
{
	r->hello = true;
	find_value(record, "init", r->init, sizeof(r->init));
	find_value(record, "kernel", r->kernel, sizeof(r->kernel));
	find_value(record, "boot", r->boot, sizeof(r->boot));
	return 0;
}

static int
read_warning(struct result *r, const struct wire_log_record *record)
{
	return add_line(&r->warnings, record->payload, record->length, 0);
}

static int
read_fail(struct result *r, const struct wire_log_record *record)
{
	size_t length = record->length < sizeof(r->fail) ? record->length : sizeof(r->fail) - 1;

	r->failed = true;
	memcpy(r->fail, record->payload, length);
	r->fail[length] = '\0';
	return 0;
}

static int
read_start(struct result *r, const struct wire_log_record *record)
{
	(void)record;
	r->started = true;
	return 0;
}

/* The pieces of a stream come in order, so each stands where those before it end. */
static int
read_output(struct result *r, const struct wire_log_record *record)
{
	const char *payload = (const char *)record->payload;
	const char *newline = memchr(payload, '\n', record->length);
	char head[64];
	size_t length = newline != NULL ? (size_t)(newline - payload) : sizeof(head);

	if (length >= sizeof(head)) {
		r->malformed++;
		return 0;
	}
	memcpy(head, payload, length);
	head[length] = '\0';
	char *rest = head;
	const char *stream = strsep(&rest, " ");
	const char *run = strsep(&rest, " ");
	const char *offset = strsep(&rest, " ");
	uint64_t number, at;
	struct bytes *to = strcmp(stream, "stdout") == 0 ? &r->out : strcmp(stream, "stderr") == 0 ? &r->err : NULL;
	if (to == NULL || run == NULL || offset == NULL || rest != NULL ||
	    text_parse_number(run, UINT32_MAX, &number) != 0 || text_parse_number(offset, UINT64_MAX, &at) != 0 ||
	    at != to->length) {
		r->malformed++;
		return 0;
	}
	return bytes_add(to, newline + 1, record->length - length - 1);
}

static int
read_exit(struct result *r, const struct wire_log_record *record)
{
	struct result_exit *e = &r->exit;
	uint64_t number;
	bool has_status = find_number(record, "status", STATUS_MAX, &number);

	if (e->known) {
		r->malformed++;
		return 0;
	}
	e->status = has_status ? (int)number : 0;
	e->signal = find_number(record, "signal", SIGNAL_MAX, &number) ? (int)number : 0;
	if (has_status == (e->signal != 0)) {
		r->malformed++;
		return 0;
	}
	e->known = true;
	e->core = find_number(record, "core", 1, &number) && number == 1;
	e->timeout = find_number(record, "timeout", 1, &number) && number == 1;
	e->ended = find_number(record, "ended", SIGNAL_MAX, &number) ? (int)number : 0;
	find_value(record, "error", e->error, sizeof(e->error));
	for (int i = 0; i < FIGURES; i++)
		e->has[i] = find_number(record, result_figure_names[i], UINT64_MAX, &e->figures[i]);
	return 0;
}

static int
read_stray(struct result *r, const struct wire_log_record *record)
{
	char name[RESULT_LINE_MAX + 1];
	uint64_t pid;

	if (!find_number(record, "pid", UINT32_MAX, &pid) || !find_value(record, "name", name, sizeof(name))) {
		r->malformed++;
		return 0;
	}
	long length = percent_decode(name, strlen(name), name);
	if (length < 0) {
		r->malformed++;
		return 0;
	}
	return add_line(&r->strays, name, (size_t)length, pid);
}

static int
read_net(struct result *r, const struct wire_log_record *record)
{
	char name[RESULT_WORD_MAX + 1];

	if (!find_value(record, "interface", name, sizeof(name))) {
		r->malformed++;
		return 0;
	}
	return add_line(&r->nets, record->payload, record->length, 0);
}

static int
read_klog(struct result *r, const struct wire_log_record *record)
{
	return bytes_add(&r->klog, record->payload, record->length);
}

int
result_read(struct result *r, const struct wire_log *wire)
{
	/* Kinds that are not named here are of a later init, and no mistake. */
	static const struct {
		const char *kind;
		int (*read)(struct result *, const struct wire_log_record *);
	} kinds[] = {
	    {"hello", read_hello}, {"warning", read_warning}, {"fail", read_fail},
	    {"start", read_start}, {"output", read_output},   {"exit", read_exit},
	    {"stray", read_stray}, {"klog", read_klog},	      {"net", read_net},
	};

	*r = (struct result){0};
	for (uint32_t i = 0; i < wire_log_bound(wire); i++) {
		const struct wire_log_record *record = wire_log_at(wire, i);

		for (size_t k = 0; record != NULL && k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (strcmp(kinds[k].kind, record->kind) == 0 && kinds[k].read(r, record) != 0)
				return -1;
	}
	return 0;
}

static void
free_lines(struct result_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i].data);
	free(lines->at);
}

void
result_free(struct result *r)
{
	free_lines(&r->warnings);
	free_lines(&r->strays);
	free_lines(&r->nets);
	bytes_free(&r->out);
	bytes_free(&r->err);
	bytes_free(&r->klog);
}
