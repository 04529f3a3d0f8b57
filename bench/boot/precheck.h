/* SPDX-License-Identifier: MIT */
/* Finds problems before a boot, which costs minutes, and on a real machine a power cycle. */
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
	const char *kernel;	       /* path of its file */
	bool interactive;	       /* a person is at the console */
	struct experiment *experiment; /* receives the experiment as far as bench knows it, to be
					  freed by the caller; NULL: not wanted */
};

/* Returns true if no problem is found; else false, with the problem and its remedy in `refusal`. */
bool precheck_passes(const struct precheck *p, struct refusal *refusal);

/*
 * Whether the kernel would start an init other than Lull's: another one in the image, or, with
 * root= among its arguments, one outside of it. An init in an image that also has Lull's may
 * execute that, and is not foreign.
 */
bool precheck_is_foreign(const struct contents *c, const char *args);

#endif
