/* SPDX-License-Identifier: MIT */
/*
 * What becomes of the plain archive once it is proved: the early archive in front, compression, and
 * the proof that the result unpacks to the same bytes. Where neither is asked for, the archive is
 * written in its place at once.
 */
#ifndef LULL_PACKER_FINISH_H
#define LULL_PACKER_FINISH_H

#include <stdint.h>

struct compress_method;
struct output;
struct plan;

struct finish {
	const struct plan *plan;
	const struct output *output;	      /* open */
	const struct compress_method *method; /* NULL: none */
	int archive; /* where the plain archive is to be written: the output, or a file without a
			name beside it */
};

/* Returns 0 with `finish` to be given to finish_end(), or -1 after a warning. */
int finish_start(struct finish *finish, const struct plan *plan, const struct output *output,
		 const struct compress_method *method);

/*
 * Makes the output of the plain archive. Returns 0, or -1 after a warning, which a signal
 * (interrupt.h) needs not.
 */
int finish_run(const struct finish *finish, uint32_t time);

void finish_end(struct finish *finish);

#endif
