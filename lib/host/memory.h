/* SPDX-License-Identifier: MIT */
/* Allocation that never fails: the program exits if memory is exhausted. */
#ifndef LULL_MEMORY_H
#define LULL_MEMORY_H

#include <stddef.h>

/* The exit status then: packer's 3, unless main() sets another. */
extern int memory_die_status;

/* Exits with a message, after another allocation failed. */
__attribute__((noreturn)) void memory_die(void);

/* Zeroed memory for `count` elements of `size` bytes; the caller frees it. */
void *xcalloc(size_t count, size_t size);

/*
 * Makes room for one more element in `array`, which holds `count` of `size` bytes; grows by powers
 * of two.
 */
void *xgrow(void *array, size_t count, size_t size);

/* A copy of a string; a string formatted like printf(3). The caller frees both. */
char *xstrdup(const char *string);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The element of the search tree (tsearch(3)) that equals `key`, which is inserted if there is
 * none.
 */
void *xtsearch(void **tree, void *key, int (*compare)(const void *, const void *));

/* Resizes `memory` to `size` bytes. */
void *xrealloc(void *memory, size_t size);

#endif
