/* SPDX-License-Identifier: MIT */
#include "base/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/interrupt.h"

int
copy_bytes(int fd, const void *bytes, size_t length)
{
	const char *from = bytes;

	while (length > 0) {
		ssize_t put = write(fd, from, length);
		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			from += put;
			length -= (size_t)put;
		}
	}
	return 0;
}

int
copy_new_file(const char *path, const void *bytes, size_t length, int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int result = fd >= 0 ? copy_bytes(fd, bytes, length) : -1;

	return fd >= 0 && close(fd) != 0 ? -1 : result;
}

/*
 * Copies the next bytes and returns their number; 0 at the end. Falls back to read(2) and write(2)
 * where copy_file_range(2) does not work, as between some file systems.
 */
static ssize_t
copy_some(int in, int out)
{
	static _Thread_local char buffer[64 * 1024];
	ssize_t moved = copy_file_range(in, NULL, out, NULL, 16 * 1024 * 1024, 0);

	if (moved > 0 || (moved < 0 && (errno == ENOSPC || errno == EIO || errno == EINTR)))
		return moved;
	moved = read(in, buffer, sizeof(buffer));
	if (moved > 0 && copy_bytes(out, buffer, (size_t)moved) != 0)
		return -1;
	return moved;
}

int
copy_file(const char *path, int fd, uint64_t size)
{
	int in = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t copied = 0;
	ssize_t moved = -1;

	if (in < 0)
		return -1;
	while (copied <= size && (moved = copy_some(in, fd)) != 0) {
		if (moved < 0 && errno == EINTR && interrupt_signal() == 0)
			continue;
		if (moved < 0 || interrupt_signal() != 0)
			break;
		if (moved > 0)
			copied += (uint64_t)moved;
	}
	int problem = errno;
	close(in);
	errno = moved < 0 ? problem : interrupt_signal() != 0 ? EINTR : ESTALE;
	return moved == 0 && copied == size ? 0 : -1;
}
