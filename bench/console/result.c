/* SPDX-License-Identifier: MIT */
#include "console/result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/record.h"
#include "sha256.h"
#include "text.h"

enum { SIGNAL_MAX = 64, STATUS_MAX = 255 };

/* The functions that handle a record return 0, or -1 with errno ENOMEM. */

static int
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

static void
result_free_lines(struct result_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		free(lines->at[i].data);
	free(lines->at);
}

static void
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

/* Counts a record that is intact but violates wire.h. */
static int
count_malformed(struct result *r)
{
	r->malformed++;
	return 0;
}

/* The run that a record belongs to, always the last that has started. NULL for another number. */
static struct result_run *
current_run(struct result *r, uint64_t number)
{
	return r->run_count > 0 && r->runs[r->run_count - 1].number == number
		   ? &r->runs[r->run_count - 1]
		   : NULL;
}

static struct result_run *
run_of(struct result *r, const struct wire_log_record *record)
{
	uint64_t number;

	return record_number(record, "run", UINT32_MAX, &number) ? current_run(r, number) : NULL;
}

static int
result_start(struct result *r, const struct wire_log_record *record)
{
	struct result_run run = {.command = 1};
	uint64_t number;

	if (!record_number(record, "run", UINT32_MAX, &run.number) ||
	    run.number != r->run_count + 1)
		return count_malformed(r);
	record_number(record, "command", UINT32_MAX, &run.command);
	run.warmup = record_number(record, "warmup", 1, &number) && number == 1;
	/* Double the array at each power of two. */
	if ((r->run_count & (r->run_count - 1)) == 0) {
		struct result_run *more = realloc(r->runs, 2 * (r->run_count + 1) * sizeof(*more));
		if (more == NULL)
			return -1;
		r->runs = more;
	}
	r->runs[r->run_count++] = run;
	return 0;
}

/* The pieces of a stream come in order, so each begins where the one before ended. */
static int
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
	if (bytes == NULL || stream == STREAMS ||
	    text_parse_number(words[1], UINT32_MAX, &number) != 0 ||
	    text_parse_number(words[2], UINT64_MAX, &at) != 0)
		return count_malformed(r);
	struct result_run *run = current_run(r, number);
	if (run == NULL || at != run->streams[stream].length)
		return count_malformed(r);
	return bytes_add(&run->streams[stream], bytes, length);
}

int
result_exit(struct result *r, const struct wire_log_record *record)
{
	struct result_run *run = run_of(r, record);
	uint64_t number;

	if (run == NULL || run->exit.known)
		return count_malformed(r);
	struct result_exit *e = &run->exit;
	bool has_status = record_number(record, "status", STATUS_MAX, &number);
	e->status = has_status ? (int)number : 0;
	e->signal = record_number(record, "signal", SIGNAL_MAX, &number) ? (int)number : 0;
	if (has_status == (e->signal != 0))
		return count_malformed(r);
	e->known = true;
	e->core = record_number(record, "core", 1, &number) && number == 1;
	e->timeout = record_number(record, "timeout", 1, &number) && number == 1;
	e->ended = record_number(record, "ended", SIGNAL_MAX, &number) ? (int)number : 0;
	record_value(record, "error", e->error, sizeof(e->error));
	for (int i = 0; i < FIGURES; i++)
		e->has[i] =
		    record_number(record, result_figure_names[i], UINT64_MAX, &e->figures[i]);
	return 0;
}

static int
result_stray(struct result *r, const struct wire_log_record *record)
{
	struct result_run *run = run_of(r, record);
	uint64_t pid;
	size_t length;
	char *name = run != NULL && record_number(record, "pid", UINT32_MAX, &pid)
			 ? record_decoded(record, "name", &length)
			 : NULL;

	if (name == NULL)
		return count_malformed(r);
	int result = result_add_line(&run->strays, name, length, pid);
	free(name);
	return result;
}

static int
result_exceeded(struct result *r, const struct wire_log_record *record)
{
	struct result_run *run = run_of(r, record);

	if (run == NULL)
		return count_malformed(r);
	run->exceeded = true;
	return 0;
}

static int
result_run_log(struct result *r, const struct wire_log_record *record)
{
	const char *word;
	char line[64];
	size_t length;
	const char *bytes = record_head(record, line, &word, 1, &length);
	uint64_t number;

	if (bytes == NULL || text_parse_number(word, UINT32_MAX, &number) != 0)
		return count_malformed(r);
	struct result_run *run = current_run(r, number);
	return run != NULL ? bytes_add(&run->log, bytes, length) : count_malformed(r);
}

static bool
has_failed(const struct result_exit *e)
{
	return e->status != 0 || e->signal != 0 || e->timeout || e->error[0] != '\0' ||
	       e->ended != 0;
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

static int
result_knob(struct result *r, const struct wire_log_record *record)
{
	size_t length;
	struct result_knob *more = realloc(r->knobs, (r->knob_count + 1) * sizeof(*more));

	if (more == NULL)
		return -1;
	r->knobs = more;
	struct result_knob *knob = &r->knobs[r->knob_count];
	*knob = (struct result_knob){.path = record_decoded(record, "path", &length)};
	if (knob->path == NULL)
		return count_malformed(r);
	knob->before = record_decoded(record, "before", &length);
	knob->after = record_decoded(record, "after", &length);
	r->knob_count++;
	return 0;
}

/*
 * The file that is being sent, if it has that number: each file is sent completely before the next.
 */
static struct result_file *
file_of(struct result *r, uint64_t number)
{
	return r->file_count > 0 && number == r->file_count - 1 &&
		       r->files[number].sha256[0] == '\0'
		   ? &r->files[number]
		   : NULL;
}

int
result_file(struct result *r, const struct wire_log_record *record)
{
	uint64_t number, mode;
	struct result_file file = {.mode = 0};

	if (!record_number(record, "file", UINT32_MAX, &number) || number != r->file_count ||
	    !record_number(record, "mode", 07777, &mode))
		return count_malformed(r);
	struct result_file *more = realloc(r->files, (r->file_count + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	r->files = more;
	file.mode = (unsigned)mode;
	file.path = record_decoded(record, "path", &file.path_length);
	if (file.path == NULL)
		return count_malformed(r);
	r->files[r->file_count++] = file;
	return 0;
}

static int
result_data(struct result *r, const struct wire_log_record *record)
{
	const char *words[2];
	char line[64];
	size_t length;
	const char *bytes = record_head(record, line, words, 2, &length);
	uint64_t number, at;

	if (bytes == NULL || text_parse_number(words[0], UINT32_MAX, &number) != 0 ||
	    text_parse_number(words[1], UINT64_MAX, &at) != 0)
		return count_malformed(r);
	struct result_file *file = file_of(r, number);
	if (file == NULL || at != file->content.length)
		return count_malformed(r);
	return bytes_add(&file->content, bytes, length);
}

static int
result_file_sum(struct result *r, const struct wire_log_record *record)
{
	unsigned char digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	struct sha256 sum;
	uint64_t number, size;

	if (!record_number(record, "file", UINT32_MAX, &number) ||
	    !record_number(record, "size", UINT64_MAX, &size))
		return count_malformed(r);
	struct result_file *file = file_of(r, number);
	if (file == NULL || size != file->content.length ||
	    !record_value(record, "sha256", file->sha256, sizeof(file->sha256)))
		return count_malformed(r);
	sha256_start(&sum);
	sha256_add(&sum, file->content.data, file->content.length);
	sha256_finish(&sum, digest);
	struct text t = text_in(hex, sizeof(hex));
	for (size_t i = 0; i < sizeof(digest); i++)
		text_hex(&t, digest[i], 2);
	hex[2 * SHA256_SIZE] = '\0';
	return strcmp(hex, file->sha256) == 0 ? 0 : count_malformed(r);
}

/* After the last record: files whose end has not come are malformed. */
static void
result_check_files(struct result *r)
{
	for (size_t i = 0; i < r->file_count; i++)
		r->malformed += r->files[i].sha256[0] == '\0';
}

static void
result_free_files(struct result *r)
{
	for (size_t i = 0; i < r->knob_count; i++) {
		free(r->knobs[i].path);
		free(r->knobs[i].before);
		free(r->knobs[i].after);
	}
	free(r->knobs);
	for (size_t i = 0; i < r->file_count; i++) {
		free(r->files[i].path);
		bytes_free(&r->files[i].content);
	}
	free(r->files);
}

const char *const result_figure_names[FIGURES] = {
    "wall_ns",	     "user_us",	     "system_us",	   "maxrss_kib",
    "minor_faults",  "major_faults", "voluntary_switches", "involuntary_switches",
    "init_switches",
};

static int
read_hello(struct result *r, const struct wire_log_record *record)
{
	r->hello = true;
	record_value(record, "init", r->init, sizeof(r->init));
	record_value(record, "kernel", r->kernel, sizeof(r->kernel));
	record_value(record, "boot", r->boot, sizeof(r->boot));
	record_value(record, "build_id", r->build_id, sizeof(r->build_id));
	record_value(record, "image", r->image, sizeof(r->image));
	record_number(record, "uptime_ns", INT64_MAX, &r->uptime_ns);
	return 0;
}

static int
read_warning(struct result *r, const struct wire_log_record *record)
{
	return result_add_line(&r->warnings, record->payload, record->length, 0);
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
read_net(struct result *r, const struct wire_log_record *record)
{
	char name[RESULT_WORD_MAX + 1];

	if (record_value(record, "interface", name, sizeof(name)))
		return result_add_line(&r->nets, record->payload, record->length, 0);
	r->malformed++;
	return 0;
}

static int
read_taint(struct result *r, const struct wire_log_record *record)
{
	if (!record_number(record, "taint", UINT64_MAX, &r->taint))
		r->malformed++;
	return 0;
}

static int
read_klog(struct result *r, const struct wire_log_record *record)
{
	return bytes_add(&r->klog, record->payload, record->length);
}

static int
read_environment(struct result *r, const struct wire_log_record *record)
{
	return facts_read(&r->environment, record->payload, record->length, &r->malformed);
}

int
result_read(struct result *r, const struct wire_log *wire)
{
	/* Ignore other kinds: a later init may send them. */
	static const struct {
		const char *kind;
		int (*read)(struct result *, const struct wire_log_record *);
	} kinds[] = {
	    {"hello", read_hello},
	    {"warning", read_warning},
	    {"fail", read_fail},
	    {"start", result_start},
	    {"output", result_output},
	    {"exit", result_exit},
	    {"stray", result_stray},
	    {"klog", read_klog},
	    {"taint", read_taint},
	    {"exceeded", result_exceeded},
	    {"runlog", result_run_log},
	    {"knob", result_knob},
	    {"file", result_file},
	    {"data", result_data},
	    {"filesum", result_file_sum},
	    {"net", read_net},
	    {"environment", read_environment},
	};

	*r = (struct result){0};
	for (uint32_t i = 0; i < wire_log_bound(wire); i++) {
		const struct wire_log_record *record = wire_log_at(wire, i);

		for (size_t k = 0; record != NULL && k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (strcmp(kinds[k].kind, record->kind) == 0 &&
			    kinds[k].read(r, record) != 0)
				return -1;
	}
	result_check_files(r);
	return 0;
}

void
result_free(struct result *r)
{
	result_free_lines(&r->warnings);
	result_free_lines(&r->nets);
	result_free_runs(r);
	result_free_files(r);
	bytes_free(&r->klog);
	facts_free(&r->environment);
}
