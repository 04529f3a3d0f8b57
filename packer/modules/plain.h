/* SPDX-License-Identifier: MIT */
/* Files that are compressed on the disk and plain in the image: modules and firmware. */
#ifndef LULL_PACKER_PLAIN_H
#define LULL_PACKER_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "host/unpack.h"
#include "plan/plan.h"

struct source;

/* What names of compressed files end in, "" for plain ones first; ended by NULL. */
extern const char *const plain_suffixes[];

/* Bytes of such an end of `name`; 0: it is plain. */
size_t plain_suffix(const char *name);

/* What is in a file, unpacked where its name says that it is compressed. */
struct plain {
	const char *from; /* on this machine; must stay */
	const void *bytes;
	size_t size;
	bool is_unpacked; /* the bytes are the plan's, else they are mapped */
	void *map;
	struct unpacked unpacked; /* until plain_take() */
};

/*
 * Reads it. Returns 0 with `plain` to be given to plain_release(), after which what is unpacked stays; or -1 after a
 * warning.
 */
int plain_read(struct plain *plain, struct plan *plan, const char *from);
void plain_release(struct plain *plain);

/*
 * The same in steps, the second of which may be in any thread, and is only for what is compressed. The first returns -1
 * with errno, the last -1 after a warning.
 */
int plain_open(struct plain *plain, const char *from);
void plain_unpack(struct plain *plain);
int plain_take(struct plain *plain, struct plan *plan);

/*
 * Plans it at `at` in the image, which has no links in it. Returns 0, or -1 after a warning.
 */
int plain_add(struct plan *plan, const struct source *source, const struct plain *plain, const char *at,
	      struct plan_why why);

#endif
