/* SPDX-License-Identifier: MIT */
/*
 * The contents of an image, for bench's checks before a boot. To be opened once per image, because
 * it unpacks compressed ones.
 */
#ifndef BENCH_CONTENTS_H
#define BENCH_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/image.h"
#include "text.h"

struct contents {
	const char *name; /* of the file; owned by the caller */
	struct image image;
	uint64_t size;		 /* bytes of the file */
	uint64_t default_memory; /* MiB of memory that a machine gets for it by default */
	void *map;
	size_t map_size;
};

/* Returns 0, or -1 with errno; the caller calls contents_close() in either case. */
int contents_open(struct contents *c, const char *path);
void contents_close(struct contents *c);

/* Whether bench has unpacked all that the kernel would. */
bool contents_are_known(const struct contents *c);

/* The least number of bytes that the kernel unpacks and keeps. */
uint64_t contents_unpacked(const struct contents *c);

/*
 * Returns the number of experiments in the image. Appends their names, separated by commas, to
 * `names` unless it is NULL. *only is the last one's file, or NULL.
 */
size_t contents_experiments(const struct contents *c, struct text *names,
			    const struct rootfs_entry **only);

/* The experiment of that name, or NULL. */
const struct rootfs_entry *contents_experiment(const struct contents *c, const char *name);

#endif
