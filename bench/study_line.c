/* SPDX-License-Identifier: MIT */
#include "study_line.h"

#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "record.h"

static const char several_commands[] = "the experiment has several commands, whose values would be pooled";

/* The values, or why there are none. */
static void
set_values(struct object *o, const struct study_values *values)
{
	struct object medians = {json_object(), false}, units = {json_object(), false};

	if (values->not_samples > 0)
		object_set(o, "not_samples", json_integer((json_int_t)values->not_samples));
	for (size_t i = 0; i < values->count; i++) {
		const struct study_value *value = &values->at[i];
		object_set(&medians, value->name, json_real(value->median));
		if (value->unit != NULL)
			object_set(&units, value->name, object_encode(value->unit, value->unit_length));
	}
	o->failed |= medians.failed || units.failed;
	if (values->commands > 1) {
		object_string(o, "no_values", several_commands);
		json_decref(medians.json);
	} else {
		object_set(o, "values", medians.json);
	}
	if (json_object_size(units.json) > 0)
		object_set(o, "units", units.json);
	else
		json_decref(units.json);
}

static json_t *
evidence_of(const struct report *report)
{
	json_t *all = json_array();

	for (size_t i = 0; i < report->line_count; i++) {
		if (json_array_append_new(all, object_encode(report->lines[i].data, report->lines[i].length)) == 0)
			continue;
		json_decref(all);
		return NULL;
	}
	return all;
}

/* The SHA-256 over all payloads, as the end record has it. */
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
		line = json_dumps(o.json, JSON_COMPACT | JSON_REAL_PRECISION(17));
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

static bool
number_of(const json_t *json, const char *key, uint64_t *number)
{
	const json_t *value = json_object_get(json, key);

	*number = (uint64_t)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0 && *number <= STUDY_NUMBER_MAX;
}

int
study_line_read(struct study_line *line, const char *text, size_t length)
{
	json_t *json = json_loadb(text, length, JSON_ALLOW_NUL, NULL);

	*line = (struct study_line){
	    .json = json,
	    .cell = json_string_value(json_object_get(json, "cell")),
	    .reason = json_string_value(json_object_get(json, "reason")),
	    .build_id = json_string_value(json_object_get(json, "build_id")),
	    .accel = json_string_value(json_object_get(json, "accel")),
	    .node = json_string_value(json_object_get(json, "node")),
	    .records = json_string_value(json_object_get(json, "records")),
	    .no_values = json_string_value(json_object_get(json, "no_values")),
	    .status = (int)json_integer_value(json_object_get(json, "status")),
	    .init = json_is_true(json_object_get(json, "init")),
	};
	uint64_t wall_ms;
	if (line->reason == NULL)
		line->reason = "";
	if (line->cell != NULL && number_of(json, "boot", &line->number) && number_of(json, "block", &line->block) &&
	    number_of(json, "console", &line->console_bytes) && number_of(json, "wall_ms", &wall_ms) &&
	    outcome_of(json_string_value(json_object_get(json, "outcome")), &line->outcome)) {
		line->seconds = (double)wall_ms / 1000;
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
	const json_t *json = json_object_get(json_object_get(line->json, "values"), name);

	*value = json_number_value(json);
	return json_is_number(json);
}
