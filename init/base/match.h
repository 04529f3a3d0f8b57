/* SPDX-License-Identifier: MIT */
/*
 * Matches names, byte by byte: `*`, `?`, `[a-z]`, `[!a-z]`; a backslash quotes (glob(7)). The C
 * library's functions would add character sets, users and buffered files to init. Pure.
 */
#ifndef LULL_MATCH_H
#define LULL_MATCH_H

#include <stdbool.h>

/* Returns whether `name`, one component of a path, matches. Only a dot matches a leading dot. */
bool match_name(const char *pattern, const char *name);

#endif
