/* SPDX-License-Identifier: MIT */
#include "study/study_line.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "console/record.h"
#include "text.h"

/* The key of a measure's value; if several commands ran, with the number of its command. */
static void
value_key(const struct numbers *numbers, const struct series *series, char *key, size_t size)
{
	if (numbers->commands > 1)
		snprintf(key, size, "%llu:%s", (unsigned long long)series->command, series->name);
	else
		snprintf(key, size, "%s", series->name);
}

/*
 * Sets the values and, as lines "NAME UNIT", the units of samples: an object of units in each line
 * would make reading a long journal slower by a tenth.
 */
static void
set_values(struct object *o, const struct numbers *numbers, struct boot_statistic statistic)
{
	struct object values = {json_object(), false};
	struct gathered all = {.count = 0};
	struct bytes units = {0};
	char key[NUMBERS_NAME_MAX + 32];

	for (size_t i = 0; i < numbers->measure_count; i++) {
		const struct series *series = &numbers->series[numbers->measures[i].first];
		o->failed |= numbers_gather(numbers, i, &all) != 0;
		if (all.count == 0)
			continue;
		value_key(numbers, series, key, sizeof(key));
		object_set(&values, key,
			   object_number(boot_statistic(statistic, all.values, all.count)));
		if (series->is_figure)
			continue;
		if (bytes_add(&units, "\n", units.length > 0) != 0 ||
		    bytes_add(&units, key, strlen(key)) != 0 || bytes_add(&units, " ", 1) != 0 ||
		    bytes_add(&units, series->unit, strlen(series->unit)) != 0)
			o->failed = true;
	}
	if (numbers->not_samples > 0)
		object_set(o, "not_samples", json_integer((json_int_t)numbers->not_samples));
	o->failed |= values.failed;
	object_set(o, "values", values.json);
	if (units.length > 0)
		object_set(o, "units", object_encode(units.data, units.length));
	bytes_free(&units);
	free(all.values);
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

	object_set(&o, "format", json_integer(STUDY_LINE_FORMAT));
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
	if (outcome_is_final(report->outcome) && boot->numbers != NULL)
		set_values(&o, boot->numbers, boot->statistic);
	if (result != NULL && result->build_id[0] != '\0')
		object_guest(&o, "build_id", result->build_id);
	if (boot->evidence != NULL && boot->evidence->verdict == WIRE_COMPLETE)
		set_records(&o, boot->evidence->console->wire);
	object_string(&o, "numbers", boot->numbers_sha256);
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
    {"numbers", KEY_STRING, offsetof(struct study_line, numbers)},
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
