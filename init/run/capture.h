/* SPDX-License-Identifier: MIT */
/*
 * Captures a run's output until its end: append-only files in memory, on the file system of /run,
 * which is limited to a quarter of the memory. They are not read during the run.
 */
#ifndef LULL_CAPTURE_H
#define LULL_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

enum capture_stream { CAPTURE_OUT, CAPTURE_ERR, CAPTURE_RESULTS, CAPTURE_STREAMS };

extern const char *const capture_names[CAPTURE_STREAMS]; /* as in records */

struct capture {
	int files[CAPTURE_STREAMS];
	bool bounded; /* the files are on a file system of limited size */
};

/*
 * Makes empty files. If the kernel supports append-only files in memory, they cannot be truncated
 * or reopened (/dev/stdout) without O_APPEND; otherwise they are sealed against truncation
 * (memfd_create(2)), and not bounded. Returns 0, or -1 with errno.
 */
int capture_open(struct capture *capture);

/* Returns whether the limit was reached, so that some output was refused. */
bool capture_is_full(const struct capture *capture);

void capture_close(struct capture *capture);

#endif
