/* SPDX-License-Identifier: MIT */
/*
 * Names by pattern, byte by byte: `*`, `?`, `[a-z]`, `[!a-z]` and a backslash before what is meant
 * itself (glob(7)). Of our own as init is small: the C library's brings character sets, users and
 * buffered files along. Pure.
 */
#ifndef LULL_MATCH_H
#define LULL_MATCH_H

#include <stdbool.h>

/*
 * Whether `name`, a component of a path, matches. A dot at its beginning is matched by a dot alone.
 */
bool match_name(const char *pattern, const char *name);

#endif
