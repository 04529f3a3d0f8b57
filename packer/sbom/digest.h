/* SPDX-License-Identifier: MIT */
/*
 * SHA-1 and SHA-256 of the same bytes, read once, by a library that uses what the processor has for
 * them.
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
 * Of all of the file `fd`, whatever its position. Returns 0, or -1 with errno, EINTR after a signal
 * (interrupt.h).
 */
int digest_descriptor(struct digest *digest, int fd);

/*
 * Of the file at `path`, which is known to have `size` bytes. The same, ESTALE if it has another
 * size by now.
 */
int digest_file(struct digest *digest, const char *path, uint64_t size);

#endif
