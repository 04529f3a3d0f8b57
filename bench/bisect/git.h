/* SPDX-License-Identifier: MIT */
/* Reads commits of a repository, with git(1). */
#ifndef BENCH_GIT_H
#define BENCH_GIT_H

#include <stdbool.h>
#include <stddef.h>

/* The full name of the commit that `revision` names, to be freed; NULL after a message. */
char *git_commit(const char *tree, const char *revision);

/* The short name and the subject of a commit, to be freed; NULL after a message. */
char *git_describe(const char *tree, const char *commit);

/* Returns whether `old` is an ancestor of `commit`, or -1 after a message. */
int git_is_ancestor(const char *tree, const char *old, const char *commit);

/*
 * The commits that are reachable from `bad` and not from the `count` commits in `good`, except
 * `bad`; those that halve the history best come first (git-rev-list(1), --bisect-all). One line
 * each, to be freed; NULL after a message.
 */
char *git_candidates(const char *tree, const char *bad, char *const *good, size_t count);

#endif
