/* SPDX-License-Identifier: MIT */
/*
 * SHA-1 and SHA-256 of the same bytes, which are read once, by a library that uses the processor's
 * instructions for them.
 */
#ifndef LULL_PACKER_DIGEST_H
#define LULL_PACKER_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* Lower-case hexadecimal digits. */
struct digest {
	char sha1[2 * 20 + 1];
	char sha256[2 * 32 + 1];
};

void digest_bytes(struct digest *digest, const void *bytes, size_t length);

/*
 * Hashes the whole file `fd`, regardless of its position. Returns 0, or -1 with errno: EINTR after
 * a signal (interrupt.h).
 */
int digest_descriptor(struct digest *digest, int fd);

/*
 * The same for the file `path`, which had `size` bytes when it was planned; ESTALE if its size has
 * changed.
 */
int digest_file(struct digest *digest, const char *path, uint64_t size);

#endif
