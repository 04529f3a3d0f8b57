/* SPDX-License-Identifier: MIT */
/*
 * A small valid ld.so.cache in memory, sorted as ldconfig does: libb.so, and liba.so twice, first
 * for special hardware.
 */
#ifndef LULL_TEST_LDCACHE_MADE_H
#define LULL_TEST_LDCACHE_MADE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LDCACHE_MADE_SIZE = 48 + 3 * 24 + 72 };

static const char ldcache_made_strings[] =
    "liba.so\0/glibc-hwcaps/v3/liba.so\0/lib/liba.so\0libb.so\0/lib/libb.so";

static inline void
ldcache_made_put(unsigned char *at, uint32_t value, bool big)
{
	for (int i = 0; i < 4; i++)
		at[big ? 3 - i : i] = (unsigned char)(value >> (8 * i));
}

static inline void
ldcache_made(unsigned char file[LDCACHE_MADE_SIZE], bool big)
{
	static const uint32_t rows[][3] = {{46, 54, 0}, {0, 8, 1U << 30}, {0, 33, 0}};
	const uint32_t strings = 48 + 3 * 24;

	memset(file, 0, LDCACHE_MADE_SIZE);
	memcpy(file, "glibc-ld.so.cache1.1", 20);
	ldcache_made_put(file + 20, 3, big);
	ldcache_made_put(file + 24, sizeof(ldcache_made_strings), big);
	file[28] = big ? 3 : 2;
	for (int i = 0; i < 3; i++) {
		unsigned char *row = file + 48 + i * 24;
		ldcache_made_put(row + 4, strings + rows[i][0], big);
		ldcache_made_put(row + 8, strings + rows[i][1], big);
		ldcache_made_put(row + 20, rows[i][2], big);
	}
	memcpy(file + strings, ldcache_made_strings, sizeof(ldcache_made_strings));
}

#endif
