/* SPDX-License-Identifier: MIT */
#include "report/report_json.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/report_json_result.h"

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
		if (json_array_append_new(lines.json, object_encode(r->lines[i].data, r->lines[i].length)) != 0)
			o->failed = true;
	object_set(o, "evidence", lines.json);
}

static void
set_wire(struct object *o, const struct wire_log *wire, uint64_t resets)
{
	struct wire_log_counts c = wire_log_counts(wire);
	uint32_t first = 0;

	object_set(o, "wire",
		   json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "records", (json_int_t)c.records, "missing",
			     (json_int_t)wire_log_missing(wire, &first), "broken", (json_int_t)c.broken, "foreign",
			     (json_int_t)c.foreign, "repeated", (json_int_t)c.repeated, "conflicts",
			     (json_int_t)c.conflicts, "resets", (json_int_t)resets));
}

/* The command line of the kernel: that of bench, or else that of the environment record. */
static void
set_command_line(struct object *o, const struct report *r)
{
	const struct bytes *told = r->result != NULL ? facts_find(&r->result->environment, "cmdline") : NULL;

	if (r->line != NULL)
		object_set(o, "cmdline", object_encode(r->line, strlen(r->line)));
	else if (told != NULL)
		object_set(o, "cmdline", object_encode(told->data, told->length));
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
	int result = 0;

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
	char *text = o.failed ? NULL : object_text(o.json, JSON_INDENT(2));
	errno = ENOMEM;
	if (text == NULL || puts(text) == EOF || fflush(stdout) != 0) {
		warn("cannot write JSON");
		result = -1;
	}
	free(text);
	json_decref(o.json);
	return result;
}
