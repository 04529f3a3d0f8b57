/* SPDX-License-Identifier: MIT */
/* Files that a guest sent, put into a folder. */
#ifndef BENCH_STORE_H
#define BENCH_STORE_H

struct result;

/*
 * Writes the collected files below `folder`, which is made if it is not there, under their paths.
 * Whatever a guest calls them, nothing is written elsewhere and nothing that is there is replaced.
 * Returns 0, or -1 after warnings.
 */
int store_files(const struct result *result, const char *folder);

/*
 * Whether files can be put into the folder, as far as that is known before there are any. Returns
 * 0, or -1 after telling on stderr why not.
 */
int store_check(const char *folder);

#endif
