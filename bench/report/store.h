/* SPDX-License-Identifier: MIT */
/* Stores files from a guest in a folder. */
#ifndef BENCH_STORE_H
#define BENCH_STORE_H

struct result;

/*
 * Writes the collected files below `folder`, which is created if missing, under their paths. Never
 * writes outside of it and never replaces a file, for any name that the guest sends. Returns 0, or
 * -1 after warnings.
 */
int store_files(const struct result *result, const char *folder);

/*
 * Checks before a boot whether files could be stored in the folder. Returns 0, or -1 after a
 * message on stderr.
 */
int store_check(const char *folder);

#endif
