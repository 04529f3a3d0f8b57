/* SPDX-License-Identifier: MIT */
/* Prints a boot's result as one JSON object. */
#ifndef BENCH_REPORT_JSON_H
#define BENCH_REPORT_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/io.h"
#include "console/facts.h"
#include "console/outcome.h"
#include "console/result.h"

struct result;

/* Of the object; a key that is removed or changes its meaning makes another format. */
enum { REPORT_FORMAT = 1 };

/* The known facts of a boot; NULL and 0: unknown, and omitted in the object. */
struct report {
	enum outcome outcome;
	const char *reason;		  /* one line, escaped; may be empty */
	const struct outcome_line *lines; /* those that explain it */
	size_t line_count;
	int status;
	const struct result *result; /* NULL: no machine was started */
	const struct wire_log *wire; /* NULL: as above */
	uint64_t resets;	     /* how often the machine restarted before its end */
	const char *accel;
	bool exact;
	unsigned cpus;
	uint64_t memory_mib;
	uint64_t timeout_s;
	const char *line;    /* the kernel's command line */
	char *const *run;    /* argv */
	const char *qemu;    /* QEMU's version */
	const char *machine; /* type of QEMU's machine */
	const struct file_hash *kernel_hash;
	const struct file_hash *image_hash;
	/* Depend on the host; NULL in exact mode: */
	const char *kernel;
	const char *image;
	const char *log;
};

/*
 * Prints the object to stdout, its keys in a fixed order. Bytes from the guest that are not UTF-8
 * become {"base64": ...}. Returns 0, or -1 after a message on stderr.
 */
int report_json_print(const struct report *report);

/*
 * The array of the guest's `net` records (net_record.h), one object each; lines of a later init are
 * omitted. Returns NULL if out of memory.
 */
json_t *report_json_net(const struct result_lines *nets);

/*
 * The facts as one object: GROUP.NAME becomes NAME in an object GROUP, and lists of words become
 * arrays. `encode` converts bytes to JSON. Returns NULL if out of memory.
 */
json_t *facts_json(const struct facts *facts, json_t *(*encode)(const char *data, size_t length));

#endif
