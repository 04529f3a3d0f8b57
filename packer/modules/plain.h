/* SPDX-License-Identifier: MIT */
/* Files that are compressed on the disk but plain in the image: modules and firmware. */
#ifndef LULL_PACKER_PLAIN_H
#define LULL_PACKER_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "host/unpack.h"
#include "plan/plan.h"

struct plan;
struct source;

/* Suffixes of compressed files; "" for plain ones comes first; ended by NULL. */
extern const char *const plain_suffixes[];

/* Length of such a suffix of `name`; 0: it is plain. */
size_t plain_suffix(const char *name);

/* The content of a file, unpacked if it has the suffix of a compressed one. */
struct plain {
	const char *from; /* on this machine; must stay valid */
	size_t real;	  /* length of a folder in `from` that is a real path; 0: unknown */
	const void *bytes;
	size_t size;
	bool is_unpacked; /* the plan owns the bytes; else they are mapped */
	void *map;
	struct unpacked unpacked; /* until plain_finish() */
};

/*
 * Reads the file. Returns 0, and the caller calls plain_release(), after which unpacked bytes stay
 * valid; or -1 after a warning.
 */
int plain_read(struct plain *plain, struct plan *plan, const char *from);
void plain_release(struct plain *plain);

/* Plans it at `at` in the image, a path without links. Returns 0, or -1 after a warning. */
int plain_add(struct plan *plan, const struct source *source, const struct plain *plain,
	      const char *at, struct plan_why why);

struct prefetch {
	void *by_path; /* search tree of files */
	struct prefetch_file **files;
	size_t count;
	size_t unpacked; /* number of those at the start that are unpacked */
};

/* Requests the compressed module in the file at `path` for prefetch_run(). */
void prefetch_want(struct prefetch *prefetch, const char *path);

/* Unpacks the requested files that are not unpacked yet. Errors are reported by prefetch_read(). */
void prefetch_run(struct prefetch *prefetch);

/*
 * Like plain_read(), but uses the unpacked bytes of `from` if there are any; also returns -1 after
 * a signal (interrupt.h).
 */
int prefetch_read(struct prefetch *prefetch, struct plain *plain, struct plan *plan,
		  const char *from);

void prefetch_end(struct prefetch *prefetch);

#endif
