/* SPDX-License-Identifier: MIT */
/*
 * SHA-256 (FIPS 180-4). A separate implementation, because init is static musl code of a few dozen
 * KiB, into which no hashing library fits, and both ends of the wire should use the same code.
 */
#ifndef LULL_SHA256_H
#define LULL_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32 };

struct sha256 {
	uint32_t state[8];
	uint64_t length;
	unsigned char block[64];
};

void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t length);

/* Writes the digest; `s` must not be used afterwards. */
void sha256_finish(struct sha256 *s, unsigned char digest[SHA256_SIZE]);

#endif
