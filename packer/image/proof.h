/* SPDX-License-Identifier: MIT */
/*
 * The proof that an archive is what was planned: its headers are read back one after the other and
 * each must be an entry of the plan, and each entry there once. That no file changed meanwhile is
 * proved too; contents are read again only where there is a doubt.
 */
#ifndef LULL_PACKER_PROOF_H
#define LULL_PACKER_PROOF_H

#include <stdint.h>

struct plan;

/*
 * Checks the archive in `fd`, called `name` in messages, and sets in its headers what would tell of
 * this machine: inode numbers in order, and what the plan decides: times, link counts, modes,
 * owners. Returns 0, or -1 after a warning.
 */
int proof_run(const struct plan *plan, int fd, const char *name);

/* Compares the contents of files with what was planned. Returns 0, or -1 after a warning. */
int proof_contents(const struct plan *plan, int fd, const char *name);

/*
 * Whether all files that were read in place are as they were when planned. Returns 0, or -1 after a
 * warning.
 */
int proof_sources(const struct plan *plan);

#endif
