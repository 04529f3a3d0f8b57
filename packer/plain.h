/* SPDX-License-Identifier: MIT */
/* Files that are compressed on the disk and plain in the image: modules and firmware. */
#ifndef LULL_PACKER_PLAIN_H
#define LULL_PACKER_PLAIN_H

#include <stddef.h>

#include "plan.h"

struct source;

/* What names of compressed files end in, "" for plain ones first; ended by NULL. */
extern const char *const plain_suffixes[];

/* Bytes of such an end of `name`; 0: it is plain. */
size_t plain_suffix(const char *name);

/*
 * Plans the file `from` of this machine, unpacked where its name says that it is compressed, at `at` in the image, which
 * has no links in it. Returns 0, or -1 after a warning.
 */
int plain_add(struct plan *plan, const struct source *source, const char *from, const char *at, struct plan_why why);

#endif
