/* SPDX-License-Identifier: MIT */
/* The scripts that come with bench, as commands of a laboratory. */
#ifndef BENCH_OWN_SCRIPT_H
#define BENCH_OWN_SCRIPT_H

#include "text.h"

/*
 * The argv of `script`, installed or of the tree that bench was built in, with `arguments`, which
 * end with NULL: one block, to be freed. NULL with what is wrong, without newline, in `problem`.
 */
char **own_script_argv(const char *script, const char *const arguments[], struct text *problem);

#endif
