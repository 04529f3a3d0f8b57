/* SPDX-License-Identifier: MIT */
#include "study/study_line.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/escape.h"
#include "base/json.h"
#include "console/record.h"
#include "console/samples.h"
#include "text.h"

/*
 * The values of one boot: for each name the median over all measured runs. Either all values are
 * kept or none. Pure.
 */

/* State while the samples are read. */
struct reader {
	struct study_values *values;
	json_t *places; /* index of each name; may have more names than are kept */
	struct text problem;
};

/* Only the first problem is kept. */
static void
report_problem(struct reader *r, const char *name, size_t length, const char *what)
{
	if (r->problem.used > 0)
		return;
	text_string(&r->problem, "values of the experiment cannot be kept: the name ");
	escape_bytes(&r->problem, name, length < STUDY_NAME_MAX ? length : STUDY_NAME_MAX);
	text_string(&r->problem, what);
}

static int
append_number(struct study_value *value, double number)
{
	if (value->count == value->size) {
		size_t size = value->size * 2 + 16;
		double *more = reallocarray(value->all, size, sizeof(*more));
		if (more == NULL)
			return -1;
		value->all = more;
		value->size = size;
	}
	value->all[value->count++] = number;
	return 0;
}

/* Looks up or adds the value of a name; *value NULL: there are too many names. */
static int
value_for_name(struct reader *r, const char *name, struct study_value **value)
{
	const json_t *place = json_object_get(r->places, name);
	size_t number =
	    place != NULL ? (size_t)json_integer_value(place) : json_object_size(r->places);

	if (place == NULL &&
	    json_object_set_new(r->places, name, json_integer((json_int_t)number)) != 0)
		return -1;
	*value = number < STUDY_VALUES_MAX ? &r->values->at[number] : NULL;
	if (place == NULL && *value != NULL) {
		**value = (struct study_value){.count = 0};
		strcpy((*value)->name, name);
		r->values->count++;
	}
	return 0;
}

static bool
is_figure(const struct sample *sample)
{
	for (int i = 0; i < FIGURES; i++)
		if (strlen(result_figure_names[i]) == sample->name_length &&
		    memcmp(result_figure_names[i], sample->name, sample->name_length) == 0)
			return true;
	return false;
}

/* Whether the name can be kept; reports why not. */
static bool
check_name(struct reader *r, const struct sample *sample)
{
	const char *problem = NULL;

	if (is_figure(sample))
		problem = " is that of a figure of each run";
	else if (sample->name_length > STUDY_NAME_MAX)
		problem = "... is longer than 128 bytes";
	else if (memchr(sample->name, '\0', sample->name_length) != NULL)
		problem = " holds a byte of value 0";
	if (problem == NULL) {
		json_t *utf8 = json_stringn(sample->name, sample->name_length);
		if (utf8 == NULL)
			problem = " is not UTF-8";
		json_decref(utf8);
	}
	if (problem != NULL)
		report_problem(r, sample->name, sample->name_length, problem);
	return problem == NULL;
}

static int
add_sample(struct reader *r, const struct sample *sample)
{
	char name[STUDY_NAME_MAX + 1];
	struct study_value *value;

	if (!check_name(r, sample))
		return 0;
	memcpy(name, sample->name, sample->name_length);
	name[sample->name_length] = '\0';
	if (value_for_name(r, name, &value) != 0)
		return -1;
	if (value == NULL)
		return 0;
	if (value->unit == NULL) {
		value->unit = sample->unit;
		value->unit_length = sample->unit_length;
	}
	if (value->unit_length != sample->unit_length ||
	    memcmp(value->unit, sample->unit, sample->unit_length) != 0)
		report_problem(r, name, sample->name_length, " has values of two units");
	return append_number(value, sample->value);
}

static int
add_run_values(struct reader *r, const struct result_run *run)
{
	const struct bytes *bytes = &run->streams[STREAM_RESULTS];
	struct samples samples = samples_in(bytes->data, bytes->length);
	struct study_value *value;
	struct sample sample;

	for (int i = 0; i < FIGURES; i++)
		if (run->exit.has[i] && (value_for_name(r, result_figure_names[i], &value) != 0 ||
					 append_number(value, (double)run->exit.figures[i]) != 0))
			return -1;
	while (samples_next(&samples, &sample)) {
		r->values->not_samples += !sample.is_valid;
		if (sample.is_valid && add_sample(r, &sample) != 0)
			return -1;
	}
	return 0;
}

static void
drop_values(struct study_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->at[i].all);
	values->count = 0;
}

static void
finish_values(struct reader *r)
{
	struct study_values *values = r->values;

	if (r->problem.used == 0 && json_object_size(r->places) > STUDY_VALUES_MAX) {
		text_string(&r->problem, "values of the experiment cannot be kept: there are ");
		text_number(&r->problem, json_object_size(r->places));
		text_string(&r->problem, " names, and a study keeps at most 64");
	}
	values->problem[r->problem.used] = '\0';
	if (r->problem.used > 0)
		drop_values(values);
	for (size_t i = 0; i < values->count; i++) {
		struct study_value *value = &values->at[i];
		gsl_sort(value->all, 1, value->count);
		value->median = gsl_stats_median_from_sorted_data(value->all, 1, value->count);
		if (!isfinite(value->median)) /* the sum of the two middle values overflows */
			value->median =
			    value->all[value->count / 2 - 1] / 2 + value->all[value->count / 2] / 2;
	}
}

int
study_values_read(struct study_values *values, const struct result *result)
{
	struct reader r = {.values = values, .places = json_object()};
	int status = r.places == NULL ? -1 : 0;

	values->count = 0;
	values->commands = values->not_samples = 0;
	r.problem = text_in(values->problem, sizeof(values->problem) - 1);
	for (size_t i = 0; i < result->run_count; i++)
		if (result->runs[i].command > values->commands)
			values->commands = result->runs[i].command;
	for (size_t i = 0; i < result->run_count && values->commands <= 1 && status == 0; i++)
		if (!result->runs[i].warmup && result->runs[i].exit.known)
			status = add_run_values(&r, &result->runs[i]);
	finish_values(&r);
	json_decref(r.places);
	return status;
}

void
study_values_free(struct study_values *values)
{
	drop_values(values);
}

static const char several_commands[] =
    "the experiment has several commands, whose values would be pooled";

/*
 * Lines "NAME UNIT", because an object in each line would make reading a long journal slower by a
 * tenth.
 */
static void
set_units(struct object *o, const struct study_values *values)
{
	struct bytes units = {0};

	for (size_t i = 0; i < values->count; i++) {
		const struct study_value *value = &values->at[i];
		if (value->unit == NULL)
			continue;
		if (units.length > 0 && bytes_add(&units, "\n", 1) != 0)
			o->failed = true;
		if (bytes_add(&units, value->name, strlen(value->name)) != 0 ||
		    bytes_add(&units, " ", 1) != 0 ||
		    bytes_add(&units, value->unit, value->unit_length) != 0)
			o->failed = true;
	}
	if (units.length > 0)
		object_set(o, "units", object_encode(units.data, units.length));
	bytes_free(&units);
}

/* Sets the values, or why there are none. */
static void
set_values(struct object *o, const struct study_values *values)
{
	struct object medians = {json_object(), false};

	if (values->not_samples > 0)
		object_set(o, "not_samples", json_integer((json_int_t)values->not_samples));
	for (size_t i = 0; i < values->count; i++)
		object_set(&medians, values->at[i].name, object_number(values->at[i].median));
	o->failed |= medians.failed;
	if (values->commands > 1) {
		object_string(o, "no_values", several_commands);
		json_decref(medians.json);
	} else {
		object_set(o, "values", medians.json);
		set_units(o, values);
	}
}

static json_t *
evidence_of(const struct report *report)
{
	json_t *all = json_array();

	for (size_t i = 0; i < report->line_count; i++) {
		if (json_array_append_new(
			all, object_encode(report->lines[i].data, report->lines[i].length)) == 0)
			continue;
		json_decref(all);
		return NULL;
	}
	return all;
}

/* Sets the SHA-256 over all payloads, from the end record. */
static void
set_records(struct object *o, const struct wire_log *wire)
{
	const struct wire_log_record *end = wire_log_at(wire, wire_log_bound(wire) - 1);
	char digest[2 * SHA256_SIZE + 1];

	if (end != NULL && record_value(end, "sha256", digest, sizeof(digest)))
		object_string(o, "records", digest);
}

char *
study_line_make(const struct study_boot *boot)
{
	const struct report *report = boot->report;
	const struct result *result = report->result;
	struct object o = {json_object(), false};
	char *line = NULL;

	object_set(&o, "boot", json_integer((json_int_t)boot->number));
	object_string(&o, "cell", boot->cell);
	object_set(&o, "block", json_integer((json_int_t)boot->block));
	object_string(&o, "node", boot->node);
	object_string(&o, "outcome", outcome_name(report->outcome));
	if (report->reason != NULL && report->reason[0] != '\0')
		object_string(&o, "reason", report->reason);
	if (report->line_count > 0)
		object_set(&o, "evidence", evidence_of(report));
	object_set(&o, "status", json_integer(report->status));
	object_set(&o, "init", json_boolean(result != NULL && result->hello));
	object_string(&o, "started", boot->started);
	object_set(&o, "wall_ms", json_integer((json_int_t)(boot->seconds * 1000)));
	object_string(&o, "accel", report->accel);
	if (report->qemu != NULL)
		object_guest(&o, "qemu", report->qemu);
	if (outcome_is_final(report->outcome) && boot->values != NULL)
		set_values(&o, boot->values);
	if (result != NULL && result->build_id[0] != '\0')
		object_guest(&o, "build_id", result->build_id);
	if (boot->evidence != NULL && boot->evidence->verdict == WIRE_COMPLETE)
		set_records(&o, boot->evidence->console->wire);
	object_set(&o, "console", json_integer((json_int_t)boot->console_bytes));
	if (!o.failed)
		line = object_text(o.json, JSON_COMPACT);
	json_decref(o.json);
	return line;
}

static bool
outcome_of(const char *name, enum outcome *outcome)
{
	for (int i = 0; name != NULL && i < OUTCOMES; i++) {
		if (strcmp(outcome_name((enum outcome)i), name) != 0)
			continue;
		*outcome = (enum outcome)i;
		return true;
	}
	return false;
}

/* The keys of a line to read, in the order in which they are written. */
static const struct key {
	const char *name;
	enum { KEY_NUMBER, KEY_STATUS, KEY_STRING, KEY_FLAG, KEY_OBJECT } type;
	size_t at; /* in struct study_line */
} keys[] = {
    {"boot", KEY_NUMBER, offsetof(struct study_line, number)},
    {"cell", KEY_STRING, offsetof(struct study_line, cell)},
    {"block", KEY_NUMBER, offsetof(struct study_line, block)},
    {"node", KEY_STRING, offsetof(struct study_line, node)},
    {"outcome", KEY_STRING, offsetof(struct study_line, outcome_name)},
    {"reason", KEY_STRING, offsetof(struct study_line, reason)},
    {"status", KEY_STATUS, offsetof(struct study_line, status)},
    {"init", KEY_FLAG, offsetof(struct study_line, init)},
    {"wall_ms", KEY_NUMBER, offsetof(struct study_line, wall_ms)},
    {"accel", KEY_STRING, offsetof(struct study_line, accel)},
    {"no_values", KEY_STRING, offsetof(struct study_line, no_values)},
    {"values", KEY_OBJECT, offsetof(struct study_line, values)},
    {"build_id", KEY_STRING, offsetof(struct study_line, build_id)},
    {"records", KEY_STRING, offsetof(struct study_line, records)},
    {"console", KEY_NUMBER, offsetof(struct study_line, console_bytes)},
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static void
set_key(struct study_line *line, const struct key *key, json_t *value)
{
	void *at = (char *)line + key->at;

	switch (key->type) {
	case KEY_NUMBER:
		if (json_is_integer(value) && json_integer_value(value) >= 0 &&
		    (uint64_t)json_integer_value(value) <= STUDY_NUMBER_MAX)
			*(uint64_t *)at = (uint64_t)json_integer_value(value);
		break;
	case KEY_STATUS:
		*(int *)at = (int)json_integer_value(value);
		break;
	case KEY_STRING:
		*(const char **)at = json_string_value(value);
		break;
	case KEY_FLAG:
		*(bool *)at = json_is_true(value);
		break;
	case KEY_OBJECT:
		*(json_t **)at = value;
		break;
	}
}

/* For speed with long journals, search each key from the position of the one before. */
static void
read_keys(struct study_line *line)
{
	const char *name;
	json_t *value;
	size_t next = 0;

	json_object_foreach(line->json, name, value)
	{
		for (size_t i = 0; i < KEYS; i++) {
			const struct key *key = &keys[(next + i) % KEYS];
			if (strcmp(key->name, name) != 0)
				continue;
			set_key(line, key, value);
			next = (size_t)(key - keys) + 1;
			break;
		}
	}
}

/*
 * Memory for one line of a journal at a time: malloc(3) and free(3) take a tenth of the time of
 * reading a long journal. The block is free again when nothing in it is used; requests that do not
 * fit use malloc(3).
 */
static struct {
	_Alignas(max_align_t) char bytes[64 * 1024];
	size_t used, live;
} block;

static void *
block_get(size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size_t rounded = (size + align - 1) / align * align;
	void *memory = block.bytes + block.used;

	if (rounded < size || rounded > sizeof(block.bytes) - block.used)
		return malloc(size);
	block.used += rounded;
	block.live++;
	return memory;
}

static void
block_put(void *memory)
{
	if ((char *)memory < block.bytes || (char *)memory >= block.bytes + sizeof(block.bytes))
		free(memory);
	else if (--block.live == 0)
		block.used = 0;
}

void
study_line_many(bool many)
{
	json_set_alloc_funcs(many ? block_get : malloc, many ? block_put : free);
}

int
study_line_read(struct study_line *line, const char *text, size_t length)
{
	*line = (struct study_line){
	    .json = json_loadb(text, length, JSON_ALLOW_NUL, NULL),
	    .number = UINT64_MAX,
	    .block = UINT64_MAX,
	    .console_bytes = UINT64_MAX,
	    .wall_ms = UINT64_MAX,
	};
	read_keys(line);
	if (line->reason == NULL)
		line->reason = "";
	if (line->cell != NULL && line->number != UINT64_MAX && line->block != UINT64_MAX &&
	    line->console_bytes != UINT64_MAX && line->wall_ms != UINT64_MAX &&
	    outcome_of(line->outcome_name, &line->outcome)) {
		line->seconds = (double)line->wall_ms / 1000;
		return 0;
	}
	study_line_free(line);
	return -1;
}

void
study_line_free(struct study_line *line)
{
	json_decref(line->json);
	line->json = NULL;
}

bool
study_line_value(const struct study_line *line, const char *name, double *value)
{
	const json_t *json = json_object_get(line->values, name);

	*value = json_number_value(json);
	return json_is_number(json);
}
