/* SPDX-License-Identifier: MIT */
/* Work in pieces on all processors, whose results are taken one after the other. */
#ifndef LULL_PACKER_PARALLEL_H
#define LULL_PACKER_PARALLEL_H

#include <stddef.h>

struct parallel {
	size_t count; /* of pieces */
	void *context;
	/*
	 * Makes piece `i`, in any thread; what it returns is the other's. NULL with errno stops
	 * all.
	 */
	void *(*make)(void *context, size_t i);
	/*
	 * Takes it, in the thread of the caller and in order. Returns 0, or -1 with errno, which
	 * stops all.
	 */
	int (*take)(void *context, size_t i, void *made);
};

/* Processors that this process may run on. */
unsigned int parallel_processors(void);

/*
 * Returns 0, or -1 with errno, EINTR after a signal (interrupt.h). What was made and not taken is
 * given to free(3). No more than some pieces for each processor are there at a time.
 */
int parallel_run(const struct parallel *parallel);

#endif
