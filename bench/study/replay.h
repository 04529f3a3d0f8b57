/* SPDX-License-Identifier: MIT */
/* What the boots of a cell have given so far, to compare another one with. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include <stdbool.h>

#include "study/study.h"
#include "study/study_line.h"

struct replay_range {
	char name[STUDY_NAME_MAX + 1];
	uint64_t count;
	double low, high;
};

struct replay {
	const char *cell;
	const char *records; /* of the boot to compare with; NULL: it has none */
	json_t *values;	     /* of that boot, which stay the caller's */
	uint64_t boots, same_records;
	uint64_t outcomes[OUTCOMES];
	char build_id[RESULT_WORD_MAX + 1]; /* of the last boot that told one */
	struct replay_range ranges[STUDY_VALUES_MAX];
	size_t range_count;
	bool has_others; /* boots gave values that the one to compare with did not */
};

/* Adds all boots of the cell. Returns 0, or -1 after telling on stderr what is wrong. */
int replay_read(struct replay *r, const struct study *s);

/*
 * Compares a boot with them and prints how to stdout. It agrees where its outcome is one that they
 * had, its kernel is theirs, and, in exact mode, all that the guest sent is what it has sent
 * before. Whether its values lie between theirs is told and decides nothing.
 */
bool replay_compare(const struct replay *r, const struct study_line *boot, bool exact);

#endif
