/* SPDX-License-Identifier: MIT */
/*
 * Lines of a console that tell what happened, kept while it is read, in bounded memory: the last ones, those in which a
 * kernel is in trouble, records that came broken. Lines are kept as they came, cut at WITNESS_LINE_MAX bytes.
 */
#ifndef BENCH_WITNESS_H
#define BENCH_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/trouble.h"

enum { WITNESS_LINE_MAX = 256, WITNESS_LAST = 8, WITNESS_TROUBLE = 7, WITNESS_BROKEN = 4 };

struct witness_line {
	uint64_t number; /* of the console's lines that hold more than blanks, from 1; 0: there is none */
	enum trouble trouble;
	size_t length;
	char bytes[WITNESS_LINE_MAX];
};

struct witness {
	uint64_t lines;				  /* that have come */
	struct witness_line last[WITNESS_LAST];	  /* by number, modulo */
	struct witness_line version;		  /* the first of a kernel */
	struct witness_line before[WITNESS_LAST]; /* what `last` was when a kernel began once more */
	bool restarted;
	bool expects_where; /* a line of trouble came, and not yet where it was */
	size_t trouble_count;
	struct witness_line trouble[WITNESS_TROUBLE]; /* in their order; the mildest make room for worse */
	size_t broken_count;
	struct witness_line broken[WITNESS_BROKEN]; /* the first ones */
	struct witness_line panic;		    /* the first one */
};

enum witness_kind {
	WITNESS_TEXT,
	WITNESS_PROGRAM, /* not the kernel's */
	WITNESS_VERSION, /* a kernel begins to speak */
	WITNESS_BROKEN_RECORD,
	WITNESS_PANIC,
};

/* Takes the next line of a console; `w` starts zeroed. */
void witness_see(struct witness *w, enum witness_kind kind, const char *line, size_t length);

/* The first line that tells of this trouble or worse; NULL: none does. */
const struct witness_line *witness_trouble(const struct witness *w, enum trouble least);

#endif
