/* SPDX-License-Identifier: MIT */
/*
 * Turns the verified plain archive into the image: prepends the early archive, compresses, and
 * verifies that the result unpacks to the same bytes. Without an early archive and compression, the
 * plain archive is written directly to the output.
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
	int archive; /* file for the plain archive: the output, or an unlinked file in its
			directory */
};

/* Returns 0, and the caller passes `finish` to finish_end(); or -1 after a warning. */
int finish_start(struct finish *finish, const struct plan *plan, const struct output *output,
		 const struct compress_method *method);

/*
 * Writes the output from the plain archive. Returns 0; or -1 after a warning, or after a signal
 * (interrupt.h).
 */
int finish_run(const struct finish *finish, uint32_t time);

void finish_end(struct finish *finish);

#endif
