/* SPDX-License-Identifier: MIT */
/* Files that are compressed on the disk and plain in the image: modules and firmware. */
#ifndef LULL_PACKER_PLAIN_H
#define LULL_PACKER_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "host/unpack.h"
#include "plan/plan.h"

struct plan;
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
 * Reads it. Returns 0 with `plain` to be given to plain_release(), after which what is unpacked
 * stays; or -1 after a warning.
 */
int plain_read(struct plain *plain, struct plan *plan, const char *from);
void plain_release(struct plain *plain);

/*
 * Plans it at `at` in the image, which has no links in it. Returns 0, or -1 after a warning.
 */
int plain_add(struct plan *plan, const struct source *source, const struct plain *plain,
	      const char *at, struct plan_why why);

struct prefetch {
	void *by_path; /* search tree of files */
	struct prefetch_file **files;
	size_t count;
	size_t unpacked; /* of them, the first */
};

/* Foresees the module in the file at `path`. */
void prefetch_want(struct prefetch *prefetch, const char *path);

/*
 * Unpacks what is foreseen and not unpacked yet. What cannot be unpacked is left to be told when it
 * is asked for.
 */
void prefetch_run(struct prefetch *prefetch);

/*
 * As plain_read(), with what was unpacked if the file at `from` was; -1 also after a signal
 * (interrupt.h).
 */
int prefetch_read(struct prefetch *prefetch, struct plain *plain, struct plan *plan,
		  const char *from);

void prefetch_end(struct prefetch *prefetch);

#endif
