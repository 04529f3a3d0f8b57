/* SPDX-License-Identifier: MIT */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/new_file.h"
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
	return before->st_dev == now->st_dev && before->st_ino == now->st_ino &&
	       before->st_size == now->st_size && before->st_mtim.tv_sec == now->st_mtim.tv_sec &&
	       before->st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

int
io_write(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = write(fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

static int
write_file(int folder, const char *name, const void *bytes, size_t length, int how)
{
	struct new_file file;
	int result = new_file_open(&file, folder, name, 0666);

	if (result == 0)
		result = io_write(file.fd, bytes, length);
	if (result == 0)
		result = new_file_commit(&file, name, NEW_FILE_SYNC | how);
	new_file_close(&file);
	return result;
}

int
io_create(int folder, const char *name, const void *bytes, size_t length)
{
	return write_file(folder, name, bytes, length, NEW_FILE_ONLY);
}

int
io_replace(int folder, const char *name, const void *bytes, size_t length)
{
	return write_file(folder, name, bytes, length, 0);
}

char *
io_read(int folder, const char *name, size_t max, size_t *length)
{
	/*
	 * In a folder of bench's own a pipe has no writer, and opening it would block for ever;
	 * elsewhere it may be a shell's.
	 */
	bool is_own = folder != AT_FDCWD;
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | (is_own ? O_NONBLOCK : 0));
	size_t size = 0, used = 0;
	struct stat status;
	char *text = NULL;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (is_own && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
		errno = EINVAL;
		goto fail;
	}
	do {
		if (used == size) {
			char *more = realloc(text, (size = size * 2 + 4096) + 1);
			if (more == NULL)
				goto fail;
			text = more;
		}
		while ((n = read(fd, text + used, size - used)) < 0 && errno == EINTR)
			continue;
		if (n < 0)
			goto fail;
		used += (size_t)n;
		if (used > max) {
			errno = EFBIG;
			goto fail;
		}
	} while (n > 0);
	close(fd);
	text[used] = '\0';
	*length = used;
	return text;
fail:;
	int error = errno;
	free(text);
	close(fd);
	errno = error;
	return NULL;
}
