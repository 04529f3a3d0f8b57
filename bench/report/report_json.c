/* SPDX-License-Identifier: MIT */
#include "report/report_json.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "console/result.h"
#include "console/samples.h"
#include "text.h"

/* Keys of a record's lines, and their names in JSON. */
static const struct key {
	const char *line, *name;
	enum { WORD, NUMBER, REPEATS } how;
} keys[] = {
    {"interface", "interface", WORD},
    {"driver", "driver", WORD},
    {"mac", "mac", WORD},
    {"mtu", "mtu", NUMBER},
    {"address", "address", WORD},
    {"route", "routes", REPEATS},
    {"server", "server", WORD},
    {"lease_s", "lease_s", NUMBER},
    {"nameserver", "nameservers", REPEATS},
    {"domain", "domain", WORD},
};

static void
set_value(struct object *o, const struct key *key, const char *at, size_t length)
{
	json_t *value = object_encode(at, length);
	uint64_t number;

	if (key->how == NUMBER && json_is_string(value) &&
	    text_parse_number(json_string_value(value), UINT32_MAX, &number) == 0) {
		json_decref(value);
		value = json_integer((json_int_t)number);
	}
	if (key->how != REPEATS) {
		object_set(o, key->name, value);
		return;
	}
	if (json_object_get(o->json, key->name) == NULL)
		object_set(o, key->name, json_array());
	if (json_array_append_new(json_object_get(o->json, key->name), value) != 0)
		o->failed = true;
}

static void
set_line(struct object *o, const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t n = strlen(keys[i].line);
		if (length > n && memcmp(line, keys[i].line, n) == 0 && line[n] == ' ')
			set_value(o, &keys[i], line + n + 1, length - n - 1);
	}
}

json_t *
report_json_net(const struct result_lines *nets)
{
	json_t *all = json_array();
	bool failed = all == NULL;

	for (size_t i = 0; i < nets->count; i++) {
		struct object net = {json_object(), false};
		const char *at = nets->at[i].data, *end = at + nets->at[i].length, *newline;
		for (; (newline = memchr(at, '\n', (size_t)(end - at))) != NULL; at = newline + 1)
			set_line(&net, at, (size_t)(newline - at));
		failed |= json_array_append_new(all, net.json) != 0 || net.failed;
	}
	if (!failed)
		return all;
	json_decref(all);
	return NULL;
}

static void
set_exit(struct object *o, const struct result_exit *x)
{
	struct object figures = {json_object(), false};

	if (!x->known)
		return;
	if (x->signal != 0)
		object_set(o, "signal", json_integer(x->signal));
	else
		object_set(o, "exit", json_integer(x->status));
	object_set(o, "core", json_boolean(x->core));
	object_set(o, "timed_out", json_boolean(x->timeout));
	if (x->ended != 0)
		object_set(o, "ended_by", json_integer(x->ended));
	object_guest(o, "error", x->error);
	for (int i = 0; i < FIGURES; i++)
		if (x->has[i])
			object_set(&figures, result_figure_names[i],
				   json_integer((json_int_t)x->figures[i]));
	object_set(o, "usage", figures.json);
	o->failed |= figures.failed;
}

static json_t *
lines_of(struct object *o, const struct result_lines *lines)
{
	json_t *all = json_array();

	for (size_t i = 0; i < lines->count; i++)
		if (json_array_append_new(
			all, object_encode(lines->at[i].data, lines->at[i].length)) != 0)
			o->failed = true;
	return all;
}

static json_t *
strays_of(struct object *o, const struct result_lines *strays)
{
	json_t *all = json_array();

	for (size_t i = 0; i < strays->count; i++) {
		const struct result_line *stray = &strays->at[i];
		json_t *entry = json_pack("{s:I, s:o}", "pid", (json_int_t)stray->pid, "name",
					  object_encode(stray->data, stray->length));
		if (json_array_append_new(all, entry) != 0)
			o->failed = true;
	}
	return all;
}

/* The samples of a run, and the lines that are not samples. */
static void
set_samples(struct object *o, const struct bytes *bytes)
{
	json_t *all = json_array(), *other = json_array();
	struct samples samples = samples_in(bytes->data, bytes->length);
	struct sample sample;

	while (samples_next(&samples, &sample)) {
		json_t *entry;
		if (!sample.is_valid)
			entry = object_encode(sample.name, sample.name_length);
		else
			entry = json_pack("{s:o, s:o, s:o}", "name",
					  object_encode(sample.name, sample.name_length), "value",
					  object_number(sample.value), "unit",
					  object_encode(sample.unit, sample.unit_length));
		if (json_array_append_new(sample.is_valid ? all : other, entry) != 0)
			o->failed = true;
	}
	object_set(o, "samples", all);
	if (json_array_size(other) > 0)
		object_set(o, "not_samples", other);
	else
		json_decref(other);
}

/* Adds all of a run to `o`; without its samples if they could be taken for those of all runs. */
static void
set_run(struct object *o, const struct result_run *run, bool with_samples)
{
	set_exit(o, &run->exit);
	object_set(o, "strays", strays_of(o, &run->strays));
	object_set(o, "stdout",
		   object_encode(run->streams[STREAM_OUT].data, run->streams[STREAM_OUT].length));
	object_set(o, "stderr",
		   object_encode(run->streams[STREAM_ERR].data, run->streams[STREAM_ERR].length));
	if (with_samples && run->streams[STREAM_RESULTS].length > 0)
		set_samples(o, &run->streams[STREAM_RESULTS]);
	if (run->exceeded)
		object_set(o, "output_exceeded", json_true());
	if (run->log.length > 0)
		object_set(o, "kernel_log", object_encode(run->log.data, run->log.length));
}

static json_t *
runs_of(struct object *o, const struct result *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->run_count; i++) {
		struct object run = {json_object(), false};
		object_set(&run, "run", json_integer((json_int_t)r->runs[i].number));
		object_set(&run, "command", json_integer((json_int_t)r->runs[i].command));
		if (r->runs[i].warmup)
			object_set(&run, "warmup", json_true());
		set_run(&run, &r->runs[i], true);
		if (json_array_append_new(all, run.json) != 0 || run.failed)
			o->failed = true;
	}
	return all;
}

static json_t *
files_of(struct object *o, const struct result *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->file_count; i++) {
		const struct result_file *file = &r->files[i];
		char mode[8];
		snprintf(mode, sizeof(mode), "%04o", file->mode);
		json_t *entry = json_pack(
		    "{s:o, s:s, s:I, s:s}", "path", object_encode(file->path, file->path_length),
		    "mode", mode, "size", (json_int_t)file->content.length, "sha256", file->sha256);
		if (json_array_append_new(all, entry) != 0)
			o->failed = true;
	}
	return all;
}

static json_t *
knobs_of(struct object *o, const struct result *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->knob_count; i++) {
		struct object knob = {json_object(), false};
		object_guest(&knob, "path", r->knobs[i].path);
		if (r->knobs[i].before != NULL)
			object_set(&knob, "before",
				   object_encode(r->knobs[i].before, strlen(r->knobs[i].before)));
		if (r->knobs[i].after != NULL)
			object_set(&knob, "after",
				   object_encode(r->knobs[i].after, strlen(r->knobs[i].after)));
		if (json_array_append_new(all, knob.json) != 0 || knob.failed)
			o->failed = true;
	}
	return all;
}

/*
 * Adds the result; outputs, files and statuses only if there is a verdict, as they may be
 * incomplete otherwise. The run that the verdict is about goes into the object itself; if there are
 * several runs, "runs" has all.
 */
static void
report_json_result(struct object *o, const struct result *r, bool is_final)
{
	const struct result_run *verdict = result_verdict(r);

	object_guest(o, "init", r->init);
	object_guest(o, "kernel_release", r->kernel);
	object_guest(o, "boot_id", r->boot);
	if (r->uptime_ns > 0)
		object_set(o, "init_guest_ns", json_integer((json_int_t)r->uptime_ns));
	object_guest(o, "build_id", r->build_id);
	object_guest(o, "manifest_sha256", r->image);
	object_guest(o, "fail", r->fail);
	object_set(o, "warnings", lines_of(o, &r->warnings));
	if (r->nets.count > 0)
		object_set(o, "net", report_json_net(&r->nets));
	if (r->knob_count > 0)
		object_set(o, "knobs", knobs_of(o, r));
	if (is_final && verdict != NULL)
		set_run(o, verdict, r->run_count == 1);
	if (is_final) {
		if (r->run_count > 1)
			object_set(o, "runs", runs_of(o, r));
		object_set(o, "files", files_of(o, r));
	}
	if (r->klog.length > 0)
		object_set(o, "klog", object_encode(r->klog.data, r->klog.length));
	if (r->environment.count > 0)
		object_set(o, "environment", facts_json(&r->environment, object_encode));
}

typedef json_t *encoder(const char *data, size_t length);

static bool
is_list(const char *key)
{
	static const char *const lists[] = {"modules", "cpu.flags", "cpu.features", "cpu.bugs"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strcmp(key, lists[i]) == 0)
			return true;
	return false;
}

static json_t *
encode_words(const struct bytes *words, encoder *encode)
{
	json_t *array = json_array();
	size_t at = 0;

	while (at < words->length) {
		const char *word = words->data + at, *blank = memchr(word, ' ', words->length - at);
		size_t length = blank != NULL ? (size_t)(blank - word) : words->length - at;

		at += length + 1;
		if (length > 0 && json_array_append_new(array, encode(word, length)) != 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* The object of a key's group; *name is the key's name in it. */
static json_t *
group_of(json_t *object, const char *key, const char **name)
{
	const char *dot = strchr(key, '.');
	char group[ENVIRONMENT_KEY_MAX + 1];

	*name = dot != NULL ? dot + 1 : key;
	if (dot == NULL)
		return object;
	memcpy(group, key, (size_t)(dot - key));
	group[dot - key] = '\0';
	if (json_object_get(object, group) == NULL &&
	    json_object_set_new(object, group, json_object()) != 0)
		return NULL;
	return json_object_get(object, group);
}

json_t *
facts_json(const struct facts *facts, encoder *encode)
{
	json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < facts->count; i++) {
		const struct fact *fact = &facts->at[i];
		const char *name;
		json_t *group = group_of(object, fact->key, &name);
		json_t *value = is_list(fact->key) ? encode_words(&fact->value, encode)
						   : encode(fact->value.data, fact->value.length);

		if (json_object_set_new(group, name, value) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static void
set_command(struct object *o, char *const *run)
{
	struct object words = {json_array(), false};

	for (; run != NULL && *run != NULL; run++)
		if (json_array_append_new(words.json, object_encode(*run, strlen(*run))) != 0)
			o->failed = true;
	object_set(o, "command", words.json);
}

static void
set_evidence(struct object *o, const struct report *r)
{
	struct object lines = {json_array(), false};

	for (size_t i = 0; i < r->line_count; i++)
		if (json_array_append_new(lines.json,
					  object_encode(r->lines[i].data, r->lines[i].length)) != 0)
			o->failed = true;
	object_set(o, "evidence", lines.json);
}

static void
set_wire(struct object *o, const struct wire_log *wire, uint64_t resets)
{
	struct wire_log_counts c = wire_log_counts(wire);
	uint32_t first = 0;

	object_set(o, "wire",
		   json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "records",
			     (json_int_t)c.records, "missing",
			     (json_int_t)wire_log_missing(wire, &first), "broken",
			     (json_int_t)c.broken, "foreign", (json_int_t)c.foreign, "repeated",
			     (json_int_t)c.repeated, "conflicts", (json_int_t)c.conflicts, "resets",
			     (json_int_t)resets));
}

/* The kernel's command line: bench's, else that of the environment record. */
static void
set_command_line(struct object *o, const struct report *r)
{
	const struct bytes *reported =
	    r->result != NULL ? facts_find(&r->result->environment, "cmdline") : NULL;

	if (r->line != NULL)
		object_set(o, "cmdline", object_encode(r->line, strlen(r->line)));
	else if (reported != NULL)
		object_set(o, "cmdline", object_encode(reported->data, reported->length));
}

static void
set_machine(struct object *o, const struct report *r)
{
	if (r->qemu != NULL)
		object_guest(o, "qemu", r->qemu);
	object_string(o, "machine", r->machine);
	object_string(o, "accel", r->accel);
	if (r->accel != NULL) {
		object_set(o, "exact", json_boolean(r->exact));
		object_set(o, "cpus", json_integer(r->cpus));
		object_set(o, "memory_mib", json_integer((json_int_t)r->memory_mib));
	}
	if (r->timeout_s > 0)
		object_set(o, "timeout_s", json_integer((json_int_t)r->timeout_s));
	set_command_line(o, r);
	if (r->run != NULL)
		set_command(o, r->run);
	if (r->kernel != NULL)
		object_set(o, "kernel", object_encode(r->kernel, strlen(r->kernel)));
	if (r->image != NULL)
		object_set(o, "image", object_encode(r->image, strlen(r->image)));
	if (r->kernel_hash != NULL)
		object_string(o, "kernel_sha256", r->kernel_hash->digits);
	if (r->image_hash != NULL) {
		object_string(o, "image_sha256", r->image_hash->digits);
		object_set(o, "image_bytes", json_integer((json_int_t)r->image_hash->size));
	}
	if (r->log != NULL)
		object_set(o, "log", object_encode(r->log, strlen(r->log)));
}

int
report_json_print(const struct report *report)
{
	struct object o = {json_object(), false};

	object_set(&o, "format", json_integer(REPORT_FORMAT));
	object_string(&o, "outcome", outcome_name(report->outcome));
	object_string(&o, "reason", report->reason);
	if (report->line_count > 0)
		set_evidence(&o, report);
	object_set(&o, "status", json_integer(report->status));
	set_machine(&o, report);
	if (report->result != NULL)
		report_json_result(&o, report->result, outcome_is_final(report->outcome));
	if (report->wire != NULL)
		set_wire(&o, report->wire, report->resets);
	return object_print(&o);
}
