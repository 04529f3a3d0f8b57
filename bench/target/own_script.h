/* SPDX-License-Identifier: MIT */
/* The scripts that are part of bench, as commands of a laboratory. */
#ifndef BENCH_OWN_SCRIPT_H
#define BENCH_OWN_SCRIPT_H

#include "text.h"

/*
 * The argv of `script`, installed or from bench's build tree, with `arguments`, terminated by NULL:
 * one block, to be freed. Returns NULL with the error, without newline, in `problem`.
 */
char **own_script_argv(const char *script, const char *const arguments[], struct text *problem);

#endif
