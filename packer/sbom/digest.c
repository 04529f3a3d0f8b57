/* SPDX-License-Identifier: MIT */
#include "sbom/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <unistd.h>

#include "base/interrupt.h"

struct state {
	struct sha1_ctx sha1;
	struct sha256_ctx sha256;
};

static void
start_sums(struct state *state)
{
	sha1_init(&state->sha1);
	sha256_init(&state->sha256);
}

static void
update_sums(struct state *state, const uint8_t *bytes, size_t length)
{
	sha1_update(&state->sha1, length, bytes);
	sha256_update(&state->sha256, length, bytes);
}

static void
finish_sums(struct state *state, struct digest *digest)
{
	uint8_t sha1[SHA1_DIGEST_SIZE], sha256[SHA256_DIGEST_SIZE];

	sha1_digest(&state->sha1, sizeof(sha1), sha1);
	sha256_digest(&state->sha256, sizeof(sha256), sha256);
	*digest = (struct digest){.sha1 = ""};
	base16_encode_update(digest->sha1, sizeof(sha1), sha1);
	base16_encode_update(digest->sha256, sizeof(sha256), sha256);
}

void
digest_bytes(struct digest *digest, const void *bytes, size_t length)
{
	struct state state;

	start_sums(&state);
	update_sums(&state, bytes, length);
	finish_sums(&state, digest);
}

/* The same for the file `fd`; *size is the number of bytes read. */
static int
read_all(struct digest *digest, int fd, uint64_t *size)
{
	uint8_t piece[64 * 1024];
	struct state state;
	ssize_t got;

	start_sums(&state);
	for (*size = 0; (got = pread(fd, piece, sizeof(piece), (off_t)*size)) != 0;) {
		if (interrupt_signal() != 0)
			errno = EINTR;
		if ((got < 0 && errno != EINTR) || interrupt_signal() != 0)
			return -1;
		if (got < 0)
			continue;
		update_sums(&state, piece, (size_t)got);
		*size += (uint64_t)got;
	}
	finish_sums(&state, digest);
	return 0;
}

int
digest_descriptor(struct digest *digest, int fd)
{
	uint64_t size;

	return read_all(digest, fd, &size);
}

int
digest_file(struct digest *digest, const char *path, uint64_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t found = 0;

	if (fd < 0)
		return -1;
	int result = read_all(digest, fd, &found), problem = errno;
	close(fd);
	errno = problem;
	if (result == 0 && found != size) {
		errno = ESTALE;
		return -1;
	}
	return result;
}
