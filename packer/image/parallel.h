/* SPDX-License-Identifier: MIT */
/* Runs pieces of work on all processors and takes their results in order. */
#ifndef LULL_PACKER_PARALLEL_H
#define LULL_PACKER_PARALLEL_H

#include <stddef.h>

struct parallel {
	size_t count; /* of pieces */
	void *context;
	/* Makes piece `i`, in any thread. Returns it, or NULL with errno, which stops all. */
	void *(*make)(void *context, size_t i);
	/*
	 * Takes piece `i`, in order, in the caller's thread; parallel_run() frees it. Returns 0,
	 * or -1 with errno, which stops all.
	 */
	int (*take)(void *context, size_t i, void *made);
};

/* Returns the number of processors that this process may use, at least 1, at most 64. */
unsigned int parallel_processors(void);

/*
 * Returns 0, or -1 with errno: EINTR after a signal (interrupt.h). Frees the pieces with free(3).
 * At most two pieces per processor exist at a time.
 */
int parallel_run(const struct parallel *parallel);

#endif
