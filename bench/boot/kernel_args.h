/* SPDX-License-Identifier: MIT */
/*
 * The words of a kernel command line, as the kernel parses them (lib/cmdline.c next_arg(), lib/parse_args
 * parameq()): blanks separate, double quotes keep a word together, and in names `-` and `_` are the same.
 */
#ifndef BENCH_KERNEL_ARGS_H
#define BENCH_KERNEL_ARGS_H

#include <stdbool.h>
#include <stddef.h>

/* A word: NAME or NAME=VALUE, in the line that it was read from. */
struct kernel_arg {
	const char *text;
	size_t length;
};

/* Reads the next word and moves *at behind it. Returns false at the end. */
bool kernel_args_next(const char **at, struct kernel_arg *arg);

/* Whether the word has this name, of `length` bytes. */
bool kernel_arg_has_name(const struct kernel_arg *arg, const char *name, size_t length);

/* Finds the last word with this name. Returns false if it is missing; `args` may be NULL. */
bool kernel_args_find(const char *args, const char *name, struct kernel_arg *arg);

/* The value of a word without its quotes, and its length; an empty one where the word has no `=`. */
const char *kernel_arg_value(const struct kernel_arg *arg, size_t *length);

#endif
