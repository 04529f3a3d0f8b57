/* SPDX-License-Identifier: MIT */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

int
io_replace(int folder, const char *name, const void *bytes, size_t length)
{
	char temporary[256];
	int error;

	snprintf(temporary, sizeof(temporary), ".%s.new", name);
	int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	int result = io_write(fd, bytes, length);
	if (result == 0)
		result = fsync(fd);
	error = errno;
	close(fd);
	if (result == 0) {
		result = renameat(folder, temporary, folder, name);
		error = errno;
	}
	if (result == 0)
		return fsync(folder);
	unlinkat(folder, temporary, 0);
	errno = error;
	return -1;
}

char *
io_read(int folder, const char *name, size_t max, size_t *length)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	size_t size = 0, used = 0;
	char *text = NULL;
	ssize_t n;

	if (fd < 0)
		return NULL;
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
