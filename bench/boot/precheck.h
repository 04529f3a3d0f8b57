/* SPDX-License-Identifier: MIT */
/*
 * What can be known before a boot is said before it: a boot costs minutes, on a real machine a
 * power cycle.
 */
#ifndef BENCH_PRECHECK_H
#define BENCH_PRECHECK_H

#include <stdbool.h>

#include "boot/boot_options.h"
#include "boot/contents.h"
#include "console/outcome.h"
#include "experiment.h"

struct precheck {
	const struct boot_options *options;
	const struct contents *contents;
	const char *kernel; /* path of its file */
	bool interactive;   /* a person is at the console */
	size_t *commands; /* gets the number of commands of the experiment, 0 where it is not known;
			     NULL: not asked */
};

/*
 * Returns whether nothing is known that stands against the boot; else `refusal` has what, and what
 * to do about it.
 */
bool precheck_passes(const struct precheck *p, struct refusal *refusal);

/*
 * Whether the kernel would start another init than Lull's: another one in the image, or, with root=
 * among its arguments, one outside of it. An init in an image that also has Lull's may execute
 * that, and is not foreign.
 */
bool precheck_is_foreign(const struct contents *c, const char *args);

#endif
