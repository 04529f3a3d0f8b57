/* SPDX-License-Identifier: MIT */
/* The file of a boot's numbers in a study, numbers/NNNNNNN.json (numbers.h). */
#ifndef BENCH_NUMBERS_FILE_H
#define BENCH_NUMBERS_FILE_H

#include "report/numbers.h"
#include "study/study.h"
#include "target/sched_times.h"

/* A boot whose numbers are to be kept. */
struct numbers_boot {
	uint64_t number, block;
	size_t cell;
	uint64_t layout;	     /* of exact mode */
	const char *node;	     /* NULL: the plan has no nodes */
	const char *outcome, *accel; /* accel NULL: a machine of a laboratory */
	const struct numbers *numbers;
	const struct facts *environment;
	uint64_t init_guest_ns; /* by the guest's clock; 0: unknown, as the next ones */
	double init_seconds;
	double load_before, load_after;
	struct sched_times qemu;
};

/*
 * Creates the file, whole but not synced, and sets its SHA-256. Returns 0, or -1 with errno: EEXIST
 * if the file exists, which is then unchanged.
 */
int numbers_file_keep(const struct study *s, const struct numbers_boot *boot,
		      char sha256[2 * SHA256_SIZE + 1]);

/*
 * Reads the file of boot `number`, which has the hash `sha256`. Returns the JSON object, to be
 * freed, or NULL with one line in `problem`.
 */
json_t *numbers_file_read(const struct study *s, uint64_t number, const char *sha256,
			  char problem[NUMBERS_PROBLEM_MAX]);

/* Returns whether the file of boot `number` is there with the hash `sha256`. */
bool numbers_file_is_whole(const struct study *s, uint64_t number, const char *sha256);

#endif
