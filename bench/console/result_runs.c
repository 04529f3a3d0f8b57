/* SPDX-License-Identifier: MIT */
#include "console/result_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/record.h"
#include "text.h"

enum { SIGNAL_MAX = 64, STATUS_MAX = 255 };

int
result_add_line(struct result_lines *lines, const void *data, size_t length, uint64_t pid)
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

void
result_free_lines(struct result_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i].data);
	free(lines->at);
}

void
result_free_runs(struct result *r)
{
	for (size_t i = 0; i < r->run_count; i++) {
		struct result_run *run = &r->runs[i];
		for (int stream = 0; stream < STREAMS; stream++)
			bytes_free(&run->streams[stream]);
		bytes_free(&run->log);
		result_free_lines(&run->strays);
	}
	free(r->runs);
}

/* What is whole and yet not what wire.h says. */
static int
malformed(struct result *r)
{
	r->malformed++;
	return 0;
}

/* The run that a record is of: always the last that has started. NULL for another number. */
static struct result_run *
current(struct result *r, uint64_t number)
{
	return r->run_count > 0 && r->runs[r->run_count - 1].number == number ? &r->runs[r->run_count - 1] : NULL;
}

static struct result_run *
run_of(struct result *r, const struct wire_log_record *record)
{
	uint64_t number;

	return record_number(record, "run", UINT32_MAX, &number) ? current(r, number) : NULL;
}

int
result_start(struct result *r, const struct wire_log_record *record)
{
	struct result_run run = {.command = 1};
	uint64_t number;

	if (!record_number(record, "run", UINT32_MAX, &run.number) || run.number != r->run_count + 1)
		return malformed(r);
	record_number(record, "command", UINT32_MAX, &run.command);
	run.warmup = record_number(record, "warmup", 1, &number) && number == 1;
	/* Room for a power of two. */
	if ((r->run_count & (r->run_count - 1)) == 0) {
		struct result_run *more = realloc(r->runs, 2 * (r->run_count + 1) * sizeof(*more));
		if (more == NULL)
			return -1;
		r->runs = more;
	}
	r->runs[r->run_count++] = run;
	return 0;
}

/* The pieces of a stream come in order, so each stands where those before it end. */
int
result_output(struct result *r, const struct wire_log_record *record)
{
	static const char *const names[STREAMS] = {"stdout", "stderr", "results"};
	const char *words[3];
	char line[64];
	size_t length, stream = 0;
	const char *bytes = record_head(record, line, words, 3, &length);
	uint64_t number, at;

	while (bytes != NULL && stream < STREAMS && strcmp(words[0], names[stream]) != 0)
		stream++;
	if (bytes == NULL || stream == STREAMS || text_parse_number(words[1], UINT32_MAX, &number) != 0 ||
	    text_parse_number(words[2], UINT64_MAX, &at) != 0)
		return malformed(r);
	struct result_run *run = current(r, number);
	if (run == NULL || at != run->streams[stream].length)
		return malformed(r);
	return bytes_add(&run->streams[stream], bytes, length);
}

int
result_exit(struct result *r, const struct wire_log_record *record)
{
	struct result_run *run = run_of(r, record);
	uint64_t number;

	if (run == NULL || run->exit.known)
		return malformed(r);
	struct result_exit *e = &run->exit;
	bool has_status = record_number(record, "status", STATUS_MAX, &number);
	e->status = has_status ? (int)number : 0;
	e->signal = record_number(record, "signal", SIGNAL_MAX, &number) ? (int)number : 0;
	if (has_status == (e->signal != 0))
		return malformed(r);
	e->known = true;
	e->core = record_number(record, "core", 1, &number) && number == 1;
	e->timeout = record_number(record, "timeout", 1, &number) && number == 1;
	e->ended = record_number(record, "ended", SIGNAL_MAX, &number) ? (int)number : 0;
	record_value(record, "error", e->error, sizeof(e->error));
	for (int i = 0; i < FIGURES; i++)
		e->has[i] = record_number(record, result_figure_names[i], UINT64_MAX, &e->figures[i]);
	return 0;
}

int
result_stray(struct result *r, const struct wire_log_record *record)
{
	struct result_run *run = run_of(r, record);
	uint64_t pid;
	size_t length;
	char *name = run != NULL && record_number(record, "pid", UINT32_MAX, &pid)
			 ? record_decoded(record, "name", &length)
			 : NULL;

	if (name == NULL)
		return malformed(r);
	int result = result_add_line(&run->strays, name, length, pid);
	free(name);
	return result;
}

int
result_exceeded(struct result *r, const struct wire_log_record *record)
{
	struct result_run *run = run_of(r, record);

	if (run == NULL)
		return malformed(r);
	run->exceeded = true;
	return 0;
}

int
result_run_log(struct result *r, const struct wire_log_record *record)
{
	const char *word;
	char line[64];
	size_t length;
	const char *bytes = record_head(record, line, &word, 1, &length);
	uint64_t number;

	if (bytes == NULL || text_parse_number(word, UINT32_MAX, &number) != 0)
		return malformed(r);
	struct result_run *run = current(r, number);
	return run != NULL ? bytes_add(&run->log, bytes, length) : malformed(r);
}

static bool
has_failed(const struct result_exit *e)
{
	return e->status != 0 || e->signal != 0 || e->timeout || e->error[0] != '\0' || e->ended != 0;
}

const struct result_run *
result_verdict(const struct result *r)
{
	const struct result_run *last = NULL;

	for (size_t i = 0; i < r->run_count; i++) {
		if (!r->runs[i].exit.known)
			continue;
		last = &r->runs[i];
		if (has_failed(&last->exit))
			return last;
	}
	return last;
}
