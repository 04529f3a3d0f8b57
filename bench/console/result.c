/* SPDX-License-Identifier: MIT */
#include "console/result.h"

#include <string.h>

#include "console/record.h"
#include "console/result_files.h"
#include "console/result_runs.h"

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
	/* Kinds that are not named here are of a later init, and no mistake. */
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
			if (strcmp(kinds[k].kind, record->kind) == 0 && kinds[k].read(r, record) != 0)
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
