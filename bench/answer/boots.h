/* SPDX-License-Identifier: MIT */
/* The boots of a study, in the order in which they ended, and their numbers. */
#ifndef BENCH_BOOTS_H
#define BENCH_BOOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/numbers.h"
#include "study/study.h"

struct listed_boot {
	uint64_t number, block;
	uint64_t layout; /* exact mode: of a boot with outcome ok (study_next_layout()) */
	size_t cell;
	bool is_ok;			   /* outcome ok: the others are dropped */
	char sha256[2 * SHA256_SIZE + 1];  /* of its numbers; "": an older bench kept none */
	char records[2 * SHA256_SIZE + 1]; /* of all that the guest sent; "": not complete */
};

struct boots {
	const struct study *study;
	struct listed_boot *at; /* owned */
	uint64_t *counted;	/* owned: the boots of each cell so far with outcome ok */
	size_t count;
};

/* Lists all boots. Returns 0, or -1 after a message. Call boots_free() in either case. */
int boots_read(struct boots *boots, const struct study *study);
void boots_free(struct boots *boots);

/*
 * Reads the numbers of a boot that has some. Returns the JSON object of its file, to be freed, and
 * `numbers`, for numbers_free(); or NULL after a message, with nothing to free.
 */
json_t *boots_numbers(const struct boots *boots, const struct listed_boot *boot,
		      struct numbers *numbers);

#endif
