/* SPDX-License-Identifier: MIT */
/* Memory that is always there: a program that cannot go on without ends when there is none. */
#ifndef LULL_MEMORY_H
#define LULL_MEMORY_H

#include <stddef.h>

/* The exit status of that end: packer's 3, unless main() sets its own. */
extern int memory_die_status;

/* Ends the program with a message, for memory that was asked for otherwise. */
__attribute__((noreturn)) void memory_die(void);

/* Zeroed memory for `count` things of `size` bytes; the caller frees it. */
void *xcalloc(size_t count, size_t size);

/*
 * Makes room for one thing more in `array`, which holds `count` of `size` bytes; grows in powers of
 * two.
 */
void *xgrow(void *array, size_t count, size_t size);

/* A copy of a string; a string as printf(3) makes it; the caller frees both. */
char *xstrdup(const char *string);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The element of the search tree (tsearch(3)) that equals `key`, which is put in if there is none.
 */
void *xtsearch(void **tree, void *key, int (*compare)(const void *, const void *));

/* Makes `memory` `size` bytes large. */
void *xrealloc(void *memory, size_t size);

#endif
