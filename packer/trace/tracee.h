/* SPDX-License-Identifier: MIT */
/* What a stopped process is about: its memory, and what paths mean to it. */
#ifndef LULL_PACKER_TRACEE_H
#define LULL_PACKER_TRACEE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads bytes of its memory. Returns 0, or -1 where it has none there. */
int tracee_read(pid_t pid, uint64_t address, void *bytes, size_t size);

/* Reads a string that ends within PATH_MAX bytes. Returns 0, or -1. */
int tracee_string(pid_t pid, uint64_t address, char string[PATH_MAX]);

/*
 * `path` as it means it, from this machine's root, to be freed: relative ones begin at its open directory `descriptor`,
 * or, with AT_FDCWD, at its current one. NULL where that has no path. Links are not followed.
 */
char *tracee_path(pid_t pid, int descriptor, const char *path);

/* Whether its root is this machine's. */
bool tracee_is_at_root(pid_t pid);

/* The path of its descriptor, to be freed; NULL for what has none, or is there no more. */
char *tracee_descriptor(pid_t pid, int descriptor);

/* What it is called, to be freed; NULL for one that is no process but a thread. */
char *tracee_name(pid_t pid);

/*
 * Where `path` leads on this machine, to be freed; with `follow` false the last component is no link to be followed.
 * NULL with errno where a directory on the way is not there; of what is not there itself the path is given.
 */
char *tracee_real(const char *path, bool follow);

#endif
