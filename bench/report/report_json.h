/* SPDX-License-Identifier: MIT */
/* What a boot gave, as one JSON object. */
#ifndef BENCH_REPORT_JSON_H
#define BENCH_REPORT_JSON_H

#include <stdbool.h>

#include "base/file_hash.h"
#include "console/outcome.h"

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
 * Prints the object to stdout, its keys in a fixed order. Bytes of the guest that are not UTF-8 stand as {"base64":
 * ...}. Returns 0, or -1 after telling on stderr what went wrong.
 */
int report_json_print(const struct report *report);

#endif
