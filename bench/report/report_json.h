/* SPDX-License-Identifier: MIT */
/* What a boot gave, as one JSON object. */
#ifndef BENCH_REPORT_JSON_H
#define BENCH_REPORT_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/io.h"
#include "console/facts.h"
#include "console/outcome.h"
#include "console/result.h"

struct result;

/* What is known of the boot; NULL and 0: not known, and left out of the object. */
struct report {
	enum outcome outcome;
	const char *reason;		  /* one line, escaped; may be empty */
	const struct outcome_line *lines; /* those that told of it */
	size_t line_count;
	int status;
	const struct result *result; /* NULL: there was no machine */
	const struct wire_log *wire; /* as above */
	uint64_t resets;	     /* how often the machine started anew before its end */
	const char *accel;
	bool exact;
	unsigned cpus;
	uint64_t memory_mib;
	uint64_t timeout_s;
	const char *line;    /* the kernel's */
	char *const *run;    /* argv */
	const char *qemu;    /* its version */
	const char *machine; /* its type */
	const struct file_hash *kernel_hash;
	const struct file_hash *image_hash;
	/* What depends on the host; to be left NULL in exact mode: */
	const char *kernel;
	const char *image;
	const char *log;
};

/*
 * Prints the object to stdout, its keys in a fixed order. Bytes of the guest that are not UTF-8
 * stand as {"base64":
 * ...}. Returns 0, or -1 after telling on stderr what went wrong.
 */
int report_json_print(const struct report *report);

/*
 * The array of what the guest's `net` records say (net_record.h), an object each; lines of a later
 * init are left out. Returns NULL if there is no memory for it.
 */
json_t *report_json_net(const struct result_lines *nets);

/*
 * The facts as one object: GROUP.NAME stands as NAME in an object GROUP, and what is a list of
 * words is an array. `encode` makes JSON of bytes. Returns NULL where there is no memory.
 */
json_t *facts_json(const struct facts *facts, json_t *(*encode)(const char *data, size_t length));

#endif
