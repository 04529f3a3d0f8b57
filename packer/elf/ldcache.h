/* SPDX-License-Identifier: MIT */
/*
 * /etc/ld.so.cache, which ldconfig(8) writes and glibc's loader reads (glibc,
 * sysdeps/generic/dl-cache.h): a header "glibc-ld.so.cache1.1", entries of 24 bytes with the
 * offsets of a library's name and path, then the strings. Before glibc 2.32, an older table,
 * "ld.so-1.7.0", precedes it. Numbers are in the byte order of the machine that wrote it.
 */
#ifndef LULL_PACKER_LDCACHE_H
#define LULL_PACKER_LDCACHE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ldcache {
	const unsigned char *data; /* begins at the header; offsets count from here */
	size_t size;
	bool big;
	uint32_t count;
	bool has_hwcaps; /* some entry is for certain processors only */
};

/*
 * Reads the file at `data`, which must outlive `cache`. Returns 0, or -1 with errno EINVAL for
 * another format or a truncated file.
 */
int ldcache_open(struct ldcache *cache, const void *data, size_t size);

/*
 * Looks up `name` among the entries with `flags` (0: any). Returns the path of the first entry in
 * the best of the subdirectories `variants` (see struct search), else of the first entry for all
 * processors; NULL if not found (elf/dl-cache.c search_cache()).
 */
const char *ldcache_find(const struct ldcache *cache, const char *name, uint32_t flags,
			 const char *const *variants);

/*
 * Copies the next directory of an ld.so.conf, or the next pattern to include (*is_include is set),
 * to `out`. *at points into the text, which ends with a NUL, and is moved past it. Words that do
 * not fit in `out` are skipped. Returns false at the end.
 */
bool ldconf_next(const char **at, char out[PATH_MAX], bool *is_include);

#endif
