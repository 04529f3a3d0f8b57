/* SPDX-License-Identifier: MIT */
#include "base/file_hash.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "text.h"

enum { PIECE = 64 * 1024 };

int
file_hash_read_fd(struct file_hash *hash, int fd)
{
	static unsigned char piece[PIECE];
	unsigned char digest[SHA256_SIZE];
	struct text t = text_in(hash->digits, sizeof(hash->digits));
	struct sha256 state;
	ssize_t n = -1;

	hash->size = 0;
	if (fstat(fd, &hash->seen) != 0)
		return -1;
	sha256_start(&state);
	while ((n = read(fd, piece, sizeof(piece))) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		sha256_add(&state, piece, (size_t)n);
		hash->size += (uint64_t)n;
	}
	sha256_finish(&state, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, digest[i], 2);
	text_char(&t, '\0');
	return n == 0 ? 0 : -1;
}

int
file_hash_read(struct file_hash *hash, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	int result = file_hash_read_fd(hash, fd), error = errno;
	close(fd);
	errno = error;
	return result;
}

bool
file_hash_is_same(const struct stat *before, const struct stat *now)
{
	return before->st_dev == now->st_dev && before->st_ino == now->st_ino && before->st_size == now->st_size &&
	       before->st_mtim.tv_sec == now->st_mtim.tv_sec && before->st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}
