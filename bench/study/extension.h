/* SPDX-License-Identifier: MIT */
/*
 * Extensions of a study: more cells, which are booted in new blocks together with a fresh
 * repetition of the cells with which they are compared. Extension N is in the study's folder in
 * extension-N.json, which is never changed:
 *
 *  sha256     of the compact text of the next one
 *  extension  an object: format (1), lull, begun (the time), plan (the identity of the new plan),
 *             first_block, cells (the names of those that are booted from this block on), and
 *             kernels, images and args as in study.json
 */
#ifndef BENCH_EXTENSION_H
#define BENCH_EXTENSION_H

#include "base/json.h"
#include "study/study.h"

enum { EXTENSION_FORMAT = 1 };

/*
 * Reads the extensions up to the one that has the plan with this identity (hexadecimal), if that of
 * study.json is another one, and adds their files to s->begun. Returns 0, or -1 after a message.
 */
int extension_read_all(struct study *s, const char *identity);

/* Starts the extensions whose first block is at most `block`. */
void extension_begin(struct study *s, uint64_t block);

void extension_free_all(struct study *s);

/*
 * Checks that the study `s`, of which only the plan is read, has all cells of the finished study
 * `old`, and more. Returns 0, or -1 after a message.
 */
int extension_check(const struct study *old, const struct study *s);

/*
 * Whether the next extension was written before, but bench was killed before it replaced the plan:
 * 1: it was, for the plan with this identity (hexadecimal); 0: no; -1 after a message: for another.
 */
int extension_find(const struct study *old, const char *identity);

/*
 * Writes the next extension of `old`. `o` has what both files have in common: it gets the other
 * keys, and is freed. Returns 0, or -1 after a message.
 */
int extension_write(const struct study *old, const struct study *s, struct object *o);

#endif
