/* SPDX-License-Identifier: MIT */
/*
 * The times of an image's files. All have the same one, as a copy of a file may have another
 * on every machine; but a Python source whose compiled file is packed with it has the time
 * that this one names, as Python would compile it anew at each boot otherwise. What was
 * compiled of another version of its source stays out of date.
 */
#ifndef LULL_PACKER_TIMES_H
#define LULL_PACKER_TIMES_H

#include <stdint.h>

struct plan;

enum {
	TIMES_DEFAULT = 315619200
}; /* 1980-01-02: zip(1) has none before 1980, in any zone; to ninja(1) 0 is "missing" */

/* Gives each entry of a sorted plan its time, `time` unless it needs another. */
void times_set(struct plan *plan, uint32_t time);

#endif
