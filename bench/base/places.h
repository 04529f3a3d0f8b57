/* SPDX-License-Identifier: MIT */
/* Where bench keeps what outlives it (XDG Base Directory Specification). */
#ifndef BENCH_PLACES_H
#define BENCH_PLACES_H

#include <stddef.h>

/*
 * The folders $XDG_STATE_HOME/lull (else ~/.local/state/lull) and $XDG_CACHE_HOME/lull (else
 * ~/.cache/lull), made where they are not there yet. Return 0, or -1 after telling why on stderr.
 */
int places_state(char *path, size_t size);
int places_cache(char *path, size_t size);

/*
 * Creates the file for the console log of a boot that starts now, and writes its path to `path`.
 * Returns its descriptor, or -1 after telling why on stderr.
 */
int places_open_log(char *path, size_t size);

#endif
