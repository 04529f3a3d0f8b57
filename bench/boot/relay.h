/* SPDX-License-Identifier: MIT */
/* A live console for a person: what came, without the records. */
#ifndef BENCH_RELAY_H
#define BENCH_RELAY_H

#include <stdbool.h>
#include <stddef.h>

/* All zero at the start. */
struct relay {
	size_t matched; /* characters of the sentinel seen, and held back */
	bool in_record;
};

/*
 * Takes the records out of the next `length` bytes, from the sentinel to the line's end. `out` holds at least length +
 * 8 bytes. Returns how many it then has; the beginning of what may be a sentinel is held back until it is sure.
 */
size_t relay_filter(struct relay *r, const char *in, size_t length, char *out);

#endif
