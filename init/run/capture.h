/* SPDX-License-Identifier: MIT */
/*
 * Where a run's outputs are kept until it is over: files in memory that only grow, on the file
 * system of /run, which takes a quarter of the memory and no more, whatever is written. Nobody
 * reads them meanwhile.
 */
#ifndef LULL_CAPTURE_H
#define LULL_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

enum capture_stream { CAPTURE_OUT, CAPTURE_ERR, CAPTURE_RESULTS, CAPTURE_STREAMS };

extern const char *const capture_names[CAPTURE_STREAMS]; /* as records have them */

struct capture {
	int files[CAPTURE_STREAMS];
	bool bounded; /* the files are on a file system of limited size */
};

/*
 * Makes empty files. Where the kernel lets a file be append-only, opening it anew (/dev/stdout)
 * without O_APPEND is refused, and so is cutting it; elsewhere it is at least sealed against being
 * cut (memfd_create(2)), and not bounded. Returns 0, or -1 with errno.
 */
int capture_open(struct capture *capture);

/* Whether what was written has met the limit, so that some of it was refused. */
bool capture_is_full(const struct capture *capture);

void capture_close(struct capture *capture);

#endif
