/* SPDX-License-Identifier: MIT */
#ifndef LULL_JOIN_H
#define LULL_JOIN_H

enum { JOIN_PART_MAX = 150 };

/*
 * The parts, which NULL ends, as one text: for messages, so each is cut at JOIN_PART_MAX bytes. It
 * lasts until the next.
 */
const char *join(const char *const parts[]);

/* join(part, ...) without the array. */
#define JOIN(...) join((const char *const[]){__VA_ARGS__, NULL})

#endif
