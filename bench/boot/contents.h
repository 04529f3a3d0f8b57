/* SPDX-License-Identifier: MIT */
/*
 * What an image holds, as far as bench asks before it boots it: once an image, as a compressed one
 * is unpacked here.
 */
#ifndef BENCH_CONTENTS_H
#define BENCH_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/image.h"
#include "text.h"

struct contents {
	const char *name; /* of the file; the caller's */
	struct image image;
	uint64_t size;		 /* bytes of the file */
	uint64_t default_memory; /* MiB that a machine has for it by default */
	void *map;
	size_t map_size;
};

/* Returns 0, or -1 with errno; contents_close() is due either way. */
int contents_open(struct contents *c, const char *path);
void contents_close(struct contents *c);

/* Whether all that the kernel would make of the image is known here. */
bool contents_are_known(const struct contents *c);

/* Bytes that the kernel unpacks and keeps, at least. */
uint64_t contents_unpacked(const struct contents *c);

/*
 * How many experiments the image has; their names, with commas, are appended to `names` unless it
 * is NULL. *only is the file of the last one of them, or NULL.
 */
size_t contents_experiments(const struct contents *c, struct text *names,
			    const struct rootfs_entry **only);

/* The experiment of that name, or NULL. */
const struct rootfs_entry *contents_experiment(const struct contents *c, const char *name);

#endif
