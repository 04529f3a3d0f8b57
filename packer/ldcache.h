/* SPDX-License-Identifier: MIT */
/*
 * /etc/ld.so.cache, which ldconfig(8) writes and glibc's loader reads (glibc, sysdeps/generic/dl-cache.h): a header
 * "glibc-ld.so.cache1.1", entries of 24 bytes with the offsets of a library's name and of its path, the strings.
 * Before glibc 2.32 an older table, "ld.so-1.7.0", stands in front of it. Numbers are in the byte order of the machine
 * that wrote it.
 */
#ifndef LULL_PACKER_LDCACHE_H
#define LULL_PACKER_LDCACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ldcache {
	const unsigned char *data; /* from the header on: what offsets count from */
	size_t size;
	bool big;
	uint32_t count;
};

/* Reads the file at `data`, which must stay. Returns 0, or -1 with errno EINVAL for another format or a cut file. */
int ldcache_open(struct ldcache *cache, const void *data, size_t size);

/*
 * The path of the next entry for `name` at or after *at, which starts as 0 and is moved past it; NULL when there is no
 * more. Entries for special hardware (glibc-hwcaps) are passed over: the baseline runs on every machine.
 */
const char *ldcache_next(const struct ldcache *cache, const char *name, uint32_t *at);

#endif
