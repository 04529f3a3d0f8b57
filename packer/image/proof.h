/* SPDX-License-Identifier: MIT */
/*
 * Verifies an archive against the plan: reads its headers back; each must match an entry of the
 * plan, and each entry must occur once. Also checks that no file changed since it was planned.
 * Contents are read again only if cpio printed messages.
 */
#ifndef LULL_PACKER_PROOF_H
#define LULL_PACKER_PROOF_H

#include <stdint.h>

struct plan;

/*
 * Checks the archive `fd`, `name` in messages, and sets the header fields that depend on this
 * machine: numbers the inodes in order, clears the device, and sets times, link counts, modes and
 * owners from the plan. Returns 0, or -1 after a warning.
 */
int proof_run(const struct plan *plan, int fd, const char *name);

/* Compares the contents in the archive with the files. Returns 0, or -1 after a warning. */
int proof_contents(const struct plan *plan, int fd, const char *name);

/* Checks that no source file has changed since it was planned. Returns 0, or -1 after a warning. */
int proof_sources(const struct plan *plan);

#endif
