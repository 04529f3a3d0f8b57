/* SPDX-License-Identifier: MIT */
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Reads until end of file or the buffer is full: a read of a file in /proc may return less than
 * requested.
 */
static long
read_full(int folder, const char *path, char *buffer, size_t size)
{
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -1;
	while (used < size && got > 0) {
		got = read(fd, buffer + used, size - used);
		if (got > 0)
			used += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	close(fd);
	return got < 0 ? -1 : (long)used;
}

long
file_read_at(int folder, const char *path, char *buffer, size_t size)
{
	long length = read_full(folder, path, buffer, size - 1);

	buffer[length < 0 ? 0 : length] = '\0';
	return length;
}

long
file_read(const char *path, char *buffer, size_t size)
{
	return file_read_at(AT_FDCWD, path, buffer, size);
}

char *
file_read_all(const char *path, size_t max, size_t *length)
{
	return file_read_all_at(AT_FDCWD, path, max, length);
}

char *
file_read_all_at(int folder, const char *path, size_t max, size_t *length)
{
	for (size_t size = 4096;; size *= 2) {
		char *buffer = malloc(size);
		long got = buffer != NULL ? read_full(folder, path, buffer, size) : -1;

		if (got >= 0 && (size_t)got < size) {
			*length = (size_t)got;
			return buffer;
		}
		free(buffer);
		if (got < 0)
			return NULL;
		if (size > max) {
			errno = EFBIG;
			return NULL;
		}
	}
}

char *
file_line(char *text, const char *start)
{
	size_t length = strlen(start);

	while (text != NULL && strncmp(text, start, length) != 0)
		if ((text = strchr(text, '\n')) != NULL)
			text++;
	return text != NULL ? text + length : NULL;
}
