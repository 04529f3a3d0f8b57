/* SPDX-License-Identifier: MIT */
/* Compares a boot with the earlier boots of its cell. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include <stdbool.h>

#include "study/study.h"
#include "study/study_line.h"

struct replay_range {
	char *name; /* owned */
	uint64_t count;
	double low, high;
};

struct replay {
	const char *cell;
	const char *records; /* of the boot to compare; NULL: it has none */
	json_t *values;	     /* of that boot; owned by the caller */
	uint64_t boots, same_records;
	uint64_t outcomes[OUTCOMES];
	char build_id[RESULT_WORD_MAX + 1]; /* of the last boot that reported one */
	struct replay_range *ranges;	    /* owned, until replay_free() */
	size_t range_count;
	bool has_others; /* earlier boots have values that the boot to compare lacks */
};

/* Reads all boots of the cell. Returns 0, or -1 after a message on stderr. */
int replay_read(struct replay *r, const struct study *s);

void replay_free(struct replay *r);

/*
 * Compares a boot with them and prints the result to stdout. The boot agrees if an earlier boot had
 * its outcome, its kernel is the same and, in exact mode, an earlier boot sent the same records.
 * Values are only printed with the earlier range.
 */
bool replay_compare(const struct replay *r, const struct study_line *boot, bool exact);

#endif
