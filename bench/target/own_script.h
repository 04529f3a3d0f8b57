/* SPDX-License-Identifier: MIT */
/* The scripts that are part of bench, as commands of a laboratory. */
#ifndef BENCH_OWN_SCRIPT_H
#define BENCH_OWN_SCRIPT_H

#include "text.h"

/*
 * The argv of `script`, ROOM/NAME in scripts/ of bench's build tree, or NAME if bench is installed,
 * with `arguments`, terminated by NULL: one block, to be freed. Returns NULL with the error,
 * without newline, in `problem`.
 */
char **own_script_argv(const char *script, const char *const arguments[], struct text *problem);

#endif
