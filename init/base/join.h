/* SPDX-License-Identifier: MIT */
#ifndef LULL_JOIN_H
#define LULL_JOIN_H

enum { JOIN_PART_MAX = 150 };

/*
 * Joins the parts, up to NULL, for messages; each is truncated to JOIN_PART_MAX bytes. The result
 * is valid until the next call.
 */
const char *join(const char *const parts[]);

/* join(part, ...) without the array. */
#define JOIN(...) join((const char *const[]){__VA_ARGS__, NULL})

#endif
