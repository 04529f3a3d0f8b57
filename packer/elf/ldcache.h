/* SPDX-License-Identifier: MIT */
/*
 * /etc/ld.so.cache, which ldconfig(8) writes and glibc's loader reads (glibc,
 * sysdeps/generic/dl-cache.h): a header "glibc-ld.so.cache1.1", entries of 24 bytes with the
 * offsets of a library's name and of its path, the strings. Before glibc 2.32 an older table,
 * "ld.so-1.7.0", stands in front of it. Numbers are in the byte order of the machine that wrote it.
 */
#ifndef LULL_PACKER_LDCACHE_H
#define LULL_PACKER_LDCACHE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ldcache {
	const unsigned char *data; /* from the header on: what offsets count from */
	size_t size;
	bool big;
	uint32_t count;
	bool has_hwcaps; /* some entry is for special processors */
};

/*
 * Reads the file at `data`, which must stay. Returns 0, or -1 with errno EINVAL for another format
 * or a cut file.
 */
int ldcache_open(struct ldcache *cache, const void *data, size_t size);

/*
 * The path that the cache has for `name`, or NULL: of the entries with `flags` (0: any) the first
 * one in the best of the subdirectories `variants`, as in struct search, else the first one for
 * every processor (elf/dl-cache.c search_cache()).
 */
const char *ldcache_find(const struct ldcache *cache, const char *name, uint32_t flags,
			 const char *const *variants);

/*
 * The next directory, or with *is_include the next pattern, at or after *at in a text that a NUL
 * ends; *at is moved past it. Words that do not fit in `out` are passed over. false: there is no
 * more.
 */
bool ldconf_next(const char **at, char out[PATH_MAX], bool *is_include);

#endif
