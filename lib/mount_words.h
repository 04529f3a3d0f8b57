/* SPDX-License-Identifier: MIT */
/*
 * A mount of an experiment, from the words of the key `mount`. Pure.
 *
 *	SOURCE TARGET TYPE [OPTIONS] [deadline=SECONDS]
 *
 * OPTIONS are those of mount(8), separated by commas.
 */
#ifndef LULL_MOUNT_WORDS_H
#define LULL_MOUNT_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum { MOUNT_DATA_MAX = 1024, MOUNT_DEADLINE_S = 30 };

struct mount_words {
	const char *source; /* these three point to the words */
	const char *target; /* absolute */
	const char *type;
	unsigned long flags;	   /* of mount(2) */
	char data[MOUNT_DATA_MAX]; /* the options for the file system */
	uint64_t deadline_s;	   /* for a source below /dev to appear */
};

/* Returns NULL, or the problem with the words, which end with NULL and must stay valid. */
const char *mount_words_read(struct mount_words *mount, char *const *words);

#endif
