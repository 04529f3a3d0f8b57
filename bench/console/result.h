/* SPDX-License-Identifier: MIT */
/* Parses the records of one boot (wire.h). */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "console/facts.h"
#include "console/wire_log.h"

enum { RESULT_WORD_MAX = 128, RESULT_LINE_MAX = 1024 };

enum result_stream { STREAM_OUT, STREAM_ERR, STREAM_RESULTS, STREAMS };

/* Figures of an exit record, in the order of result_figure_names. */
enum result_figure {
	FIGURE_WALL_NS,
	FIGURE_USER_US,
	FIGURE_SYSTEM_US,
	FIGURE_MAXRSS_KIB,
	FIGURE_MINOR_FAULTS,
	FIGURE_MAJOR_FAULTS,
	FIGURE_VOLUNTARY_SWITCHES,
	FIGURE_INVOLUNTARY_SWITCHES,
	FIGURE_INIT_SWITCHES,
	FIGURES,
};

extern const char *const result_figure_names[FIGURES];

struct result_exit {
	bool known;
	int status; /* undefined if `signal` is set */
	int signal; /* 0: none */
	bool core;
	bool timeout;
	int ended; /* the signal that asked the machine to end during the run; 0: none */
	char error[RESULT_LINE_MAX + 1]; /* empty: the command was started */
	bool has[FIGURES];
	uint64_t figures[FIGURES];
};

/* A line from the guest, unescaped. */
struct result_line {
	char *data; /* owned, followed by NUL */
	size_t length;
	uint64_t pid; /* of a stray */
};

struct result_lines {
	struct result_line *at; /* owned */
	size_t count;
};

/* One run of a command. */
struct result_run {
	uint64_t number;  /* from 1 */
	uint64_t command; /* number of the command in the experiment, from 1 */
	bool warmup;	  /* not measured */
	bool exceeded;	  /* it wrote more than the guest could keep */
	struct result_exit exit;
	struct bytes streams[STREAMS];
	struct bytes log;	    /* the kernel's messages during the run */
	struct result_lines strays; /* the line is the name of the process */
};

/* A knob that was written; NULL: could not be read. Strings are owned. */
struct result_knob {
	char *path, *before, *after;
};

/* A file that was collected. */
struct result_file {
	char *path; /* owned */
	size_t path_length;
	unsigned mode;
	struct bytes content;
	char sha256[65]; /* reported by init; "" until the file's end has come */
};

/* Strings from a guest hold any bytes except NUL and newline. */
struct result {
	char init[RESULT_WORD_MAX + 1];
	char kernel[RESULT_WORD_MAX + 1];
	char boot[RESULT_WORD_MAX + 1];
	char build_id[RESULT_WORD_MAX + 1];
	char image[RESULT_WORD_MAX + 1]; /* its manifest's hash */
	uint64_t uptime_ns; /* of the guest's clock, at init's first record; 0: unknown */
	bool hello;
	bool failed;
	char fail[RESULT_LINE_MAX + 1];
	struct result_lines warnings;
	struct result_run *runs; /* owned, in order */
	size_t run_count;
	struct result_knob *knobs;
	size_t knob_count;
	struct result_file *files;
	size_t file_count;
	struct result_lines nets; /* the whole payload, lines "key value\n" */
	uint64_t taint;		  /* of the kernel, after the runs */
	struct bytes klog;
	struct facts environment;
	uint64_t malformed; /* records that are intact but violate wire.h */
};

/*
 * Parses all records so far. Returns 0, or -1 with errno ENOMEM; the caller calls result_free() in
 * either case.
 */
int result_read(struct result *r, const struct wire_log *wire);
void result_free(struct result *r);

/*
 * The run that the verdict is about: the first that failed, measured or not, else the last. NULL:
 * no run is known to have ended.
 */
const struct result_run *result_verdict(const struct result *r);

int result_exit(struct result *r, const struct wire_log_record *record);

int result_file(struct result *r, const struct wire_log_record *record);

#endif
