/* SPDX-License-Identifier: MIT */
#include "report_json.h"

#include <err.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "report_json_net.h"

/* All of jansson's *_new functions take a NULL for a failure and pass it on; json_object_set_new then returns -1. */
struct object {
	json_t *json;
	bool failed;
};

static void
set(struct object *o, const char *key, json_t *value)
{
	if (json_object_set_new(o->json, key, value) != 0)
		o->failed = true;
}

static void
set_string(struct object *o, const char *key, const char *value)
{
	if (value != NULL)
		set(o, key, json_string(value));
}

static json_t *
encode_base64(const char *data, size_t length)
{
	size_t size = base64_length(length) + 4;
	char *buffer = malloc(size);
	json_t *json = NULL;

	if (buffer == NULL)
		return NULL;
	struct text t = text_in(buffer, size);
	base64_encode(&t, data, length);
	while (t.used % 4 != 0)
		text_char(&t, '=');
	json = json_pack("{s:o}", "base64", json_stringn(t.data, t.used));
	free(buffer);
	return json;
}

/* Bytes of the guest. */
static json_t *
encode(const char *data, size_t length)
{
	json_t *json = json_stringn(data != NULL ? data : "", length);

	return json != NULL ? json : encode_base64(data, length);
}

/* A string of the guest, left out where it is empty. */
static void
set_guest(struct object *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		set(o, key, encode(value, strlen(value)));
}

static void
set_command(struct object *o, char *const *run)
{
	struct object words = {json_array(), false};

	for (; run != NULL && *run != NULL; run++)
		if (json_array_append_new(words.json, encode(*run, strlen(*run))) != 0)
			o->failed = true;
	set(o, "command", words.json);
}

static void
set_exit(struct object *o, const struct result_exit *x)
{
	struct object figures = {json_object(), false};

	if (!x->known)
		return;
	if (x->signal != 0)
		set(o, "signal", json_integer(x->signal));
	else
		set(o, "exit", json_integer(x->status));
	set(o, "core", json_boolean(x->core));
	set(o, "timed_out", json_boolean(x->timeout));
	if (x->ended != 0)
		set(o, "ended_by", json_integer(x->ended));
	set_guest(o, "error", x->error);
	for (int i = 0; i < FIGURES; i++)
		if (x->has[i])
			set(&figures, result_figure_names[i], json_integer((json_int_t)x->figures[i]));
	set(o, "usage", figures.json);
	o->failed |= figures.failed;
}

static void
set_lines(struct object *o, const struct result *r)
{
	json_t *warnings = json_array();
	json_t *strays = json_array();

	for (size_t i = 0; i < r->warnings.count; i++)
		if (json_array_append_new(warnings, encode(r->warnings.at[i].data, r->warnings.at[i].length)) != 0)
			o->failed = true;
	for (size_t i = 0; i < r->strays.count; i++) {
		const struct result_line *stray = &r->strays.at[i];
		json_t *entry =
		    json_pack("{s:I, s:o}", "pid", (json_int_t)stray->pid, "name", encode(stray->data, stray->length));
		if (json_array_append_new(strays, entry) != 0)
			o->failed = true;
	}
	set(o, "warnings", warnings);
	set(o, "strays", strays);
}

/* Output without a verdict is not given: it may be cut anywhere. */
static void
set_result(struct object *o, const struct result *r, bool is_final)
{
	set_guest(o, "init", r->init);
	set_guest(o, "kernel_release", r->kernel);
	set_guest(o, "boot_id", r->boot);
	if (is_final)
		set_exit(o, &r->exit);
	set_guest(o, "fail", r->fail);
	set_lines(o, r);
	set(o, "net", report_json_net(&r->nets));
	if (is_final) {
		set(o, "stdout", encode(r->out.data, r->out.length));
		set(o, "stderr", encode(r->err.data, r->err.length));
	}
	if (r->klog.length > 0)
		set(o, "klog", encode(r->klog.data, r->klog.length));
}

static void
set_wire(struct object *o, const struct wire_log *wire)
{
	struct wire_log_counts c = wire_log_counts(wire);
	uint32_t first = 0;

	set(o, "wire",
	    json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "records", (json_int_t)c.records, "missing",
		      (json_int_t)wire_log_missing(wire, &first), "broken", (json_int_t)c.broken, "foreign",
		      (json_int_t)c.foreign, "repeated", (json_int_t)c.repeated, "conflicts", (json_int_t)c.conflicts,
		      "resets", (json_int_t)c.resets));
}

static void
set_machine(struct object *o, const struct report *r)
{
	set_string(o, "accel", r->accel);
	if (r->accel != NULL) {
		set(o, "exact", json_boolean(r->exact));
		set(o, "cpus", json_integer(r->cpus));
		set(o, "memory_mib", json_integer((json_int_t)r->memory_mib));
	}
	if (r->timeout_s > 0)
		set(o, "timeout_s", json_integer((json_int_t)r->timeout_s));
	if (r->line != NULL)
		set(o, "cmdline", encode(r->line, strlen(r->line)));
	if (r->run != NULL)
		set_command(o, r->run);
	if (r->kernel != NULL)
		set(o, "kernel", encode(r->kernel, strlen(r->kernel)));
	if (r->image != NULL)
		set(o, "image", encode(r->image, strlen(r->image)));
	if (r->log != NULL)
		set(o, "log", encode(r->log, strlen(r->log)));
}

int
report_json_print(const struct report *report)
{
	struct object o = {json_object(), false};
	int result = 0;

	set_string(&o, "outcome", outcome_name(report->outcome));
	set_string(&o, "reason", report->reason);
	set(&o, "status", json_integer(report->status));
	set_machine(&o, report);
	if (report->result != NULL)
		set_result(&o, report->result, outcome_is_final(report->outcome));
	if (report->wire != NULL)
		set_wire(&o, report->wire);
	errno = ENOMEM;
	if (o.failed || json_dumpf(o.json, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF ||
	    fflush(stdout) != 0) {
		warn("cannot write JSON");
		result = -1;
	}
	json_decref(o.json);
	return result;
}
