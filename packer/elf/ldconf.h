/* SPDX-License-Identifier: MIT */
/*
 * /etc/ld.so.conf, which ldconfig(8) reads and no loader does: a directory a line, or `include` and patterns of further
 * files; `#` begins a comment (elf/ldconfig.c parse_conf()). Pure.
 */
#ifndef LULL_PACKER_LDCONF_H
#define LULL_PACKER_LDCONF_H

#include <limits.h>
#include <stdbool.h>

/*
 * The next directory, or with *is_include the next pattern, at or after *at in a text that a NUL ends; *at is moved past
 * it. Words that do not fit in `out` are passed over. false: there is no more.
 */
bool ldconf_next(const char **at, char out[PATH_MAX], bool *is_include);

#endif
