/* SPDX-License-Identifier: MIT */
#include "report/report_json_result.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "console/result.h"
#include "console/samples.h"
#include "report/facts_json.h"
#include "report/report_json_net.h"

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
			object_set(&figures, result_figure_names[i], json_integer((json_int_t)x->figures[i]));
	object_set(o, "usage", figures.json);
	o->failed |= figures.failed;
}

static json_t *
lines_of(struct object *o, const struct result_lines *lines)
{
	json_t *all = json_array();

	for (size_t i = 0; i < lines->count; i++)
		if (json_array_append_new(all, object_encode(lines->at[i].data, lines->at[i].length)) != 0)
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

/* The numbers of a run, and the lines that are none. */
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
			entry = json_pack("{s:o, s:o, s:o}", "name", object_encode(sample.name, sample.name_length),
					  "value", object_number(sample.value), "unit",
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

/* All that a run has, into `o`; without its numbers where they would look like those of all runs. */
static void
set_run(struct object *o, const struct result_run *run, bool with_samples)
{
	set_exit(o, &run->exit);
	object_set(o, "strays", strays_of(o, &run->strays));
	object_set(o, "stdout", object_encode(run->streams[STREAM_OUT].data, run->streams[STREAM_OUT].length));
	object_set(o, "stderr", object_encode(run->streams[STREAM_ERR].data, run->streams[STREAM_ERR].length));
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
		json_t *entry =
		    json_pack("{s:o, s:s, s:I, s:s}", "path", object_encode(file->path, file->path_length), "mode",
			      mode, "size", (json_int_t)file->content.length, "sha256", file->sha256);
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
			object_set(&knob, "before", object_encode(r->knobs[i].before, strlen(r->knobs[i].before)));
		if (r->knobs[i].after != NULL)
			object_set(&knob, "after", object_encode(r->knobs[i].after, strlen(r->knobs[i].after)));
		if (json_array_append_new(all, knob.json) != 0 || knob.failed)
			o->failed = true;
	}
	return all;
}

void
report_json_result(struct object *o, const struct result *r, bool is_final)
{
	const struct result_run *verdict = result_verdict(r);

	object_guest(o, "init", r->init);
	object_guest(o, "kernel_release", r->kernel);
	object_guest(o, "boot_id", r->boot);
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
