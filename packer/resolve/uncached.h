/* SPDX-License-Identifier: MIT */
/* Libraries that ldconfig(8) would put into the cache of a tree that has none. */
#ifndef LULL_PACKER_UNCACHED_H
#define LULL_PACKER_UNCACHED_H

struct libraries;

/*
 * The path, to be freed, of the library `name` in a directory of /etc/ld.so.conf or of the files
 * that it includes, where there is no cache; NULL: in none, or there is a cache.
 */
char *uncached_find(const struct libraries *libraries, const char *name);

#endif
