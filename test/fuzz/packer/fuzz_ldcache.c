/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as ld.so.cache, and as changes of a valid one: two bytes each, one for the offset, one
 * for the value.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/ldcache.h"
#include "made/ldcache_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_all(const unsigned char *data, size_t size)
{
	static const char *const names[] = {"", "liba.so", "libb.so"}, *const hwcaps[] = {
									   "glibc-hwcaps/v3", "tls",
									   NULL};
	unsigned char *exact = malloc(size > 0 ? size : 1);
	struct ldcache cache;

	if (exact == NULL)
		return;
	memcpy(exact, data, size);
	for (int i = 0; ldcache_open(&cache, exact, size) == 0 && i < 3; i++) {
		for (uint32_t flags = 0; flags <= 3; flags += 3) {
			const char *path =
			    ldcache_find(&cache, names[i], flags, flags == 0 ? hwcaps : NULL);
			if (path != NULL && strlen(path) >= size)
				abort();
		}
	}
	free(exact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char file[LDCACHE_MADE_SIZE];

	read_all(data, size);
	ldcache_made(file, size % 2);
	for (size_t i = 0; i + 2 <= size; i += 2)
		file[data[i] % LDCACHE_MADE_SIZE] = data[i + 1];
	read_all(file, sizeof(file));
	return 0;
}
