/* SPDX-License-Identifier: MIT */
/* The folders of bench's persistent files (XDG Base Directory Specification). */
#ifndef BENCH_PLACES_H
#define BENCH_PLACES_H

#include <stddef.h>

/*
 * The folders $XDG_STATE_HOME/lull (default ~/.local/state/lull) and $XDG_CACHE_HOME/lull (default
 * ~/.cache/lull), created if missing. Return 0, or -1 after a message on stderr.
 */
int places_state(char *path, size_t size);
int places_cache(char *path, size_t size);

/*
 * Creates a console log, named after the current time and process, and writes its path to `path`.
 * Returns its descriptor, or -1 after a message on stderr.
 */
int places_open_log(char *path, size_t size);

#endif
