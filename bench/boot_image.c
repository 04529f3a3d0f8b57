/* SPDX-License-Identifier: MIT */
#include "boot_image.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiment.h"
#include "newc.h"

enum { MIB = 1024 * 1024, MEMORY_MIN_MIB = 256, MEMORY_BASE_MIB = 128, MEMORY_TIMES = 4 };

uint64_t
boot_image_memory(uint64_t size)
{
	uint64_t mib = (size / MIB + (size % MIB != 0)) * MEMORY_TIMES + MEMORY_BASE_MIB;

	return mib < MEMORY_MIN_MIB ? MEMORY_MIN_MIB : mib;
}

/* Appends one entry with all of its own directories' parents left out; false if it does not fit. */
static size_t
add_entry(char *out, size_t room, const char *name, uint32_t mode, const void *data, size_t length)
{
	struct newc entry = {.mode = mode, .nlink = S_ISDIR(mode) ? 2 : 1};

	return newc_entry(entry, name, data, length, out, room);
}

char *
boot_image_archive(const void *data, size_t length, size_t *size)
{
	static const char file[] = EXPERIMENT_FILE; /* "/etc/lull/cmdline" */
	char name[sizeof(file)];
	size_t room = length + 4096;
	size_t used = 0;

	if (length > UINT32_MAX / 2) {
		errno = E2BIG;
		return NULL;
	}
	char *archive = malloc(room);
	if (archive == NULL)
		return NULL;
	for (const char *slash = strchr(file + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(name, sizeof(name), "%.*s", (int)(slash - file - 1), file + 1);
		used += add_entry(archive + used, room - used, name, S_IFDIR | 0755, NULL, 0);
	}
	used += add_entry(archive + used, room - used, file + 1, S_IFREG | 0644, data, length);
	used += add_entry(archive + used, room - used, NEWC_TRAILER, 0, NULL, 0);
	*size = used;
	return archive;
}

static int
write_all(int fd, const char *at, size_t length)
{
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

/* A file without a name in TMPDIR; `where` is told in errors. */
static int
open_temporary(char *where, size_t size)
{
	const char *folder = getenv("TMPDIR");

	snprintf(where, size, "%s/bench-image-XXXXXX", folder != NULL && *folder != '\0' ? folder : "/tmp");
	int fd = mkostemp(where, O_CLOEXEC);
	if (fd < 0) {
		warn("cannot create %s", where);
		return -1;
	}
	if (unlink(where) != 0)
		warn("cannot remove %s", where);
	return fd;
}

/* Copies what `in` holds and pads it. Returns NULL, or the verb that failed, with errno. */
static const char *
copy(int in, int out)
{
	static char piece[256 * 1024];
	uint64_t total = 0;
	ssize_t n;

	while ((n = read(in, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return "read";
		if (write_all(out, piece, (size_t)n) != 0)
			return "write";
		total += (uint64_t)n;
	}
	size_t padding = (size_t)((NEWC_ALIGN - total % NEWC_ALIGN) % NEWC_ALIGN);
	return write_all(out, "\0\0\0", padding) != 0 ? "write" : NULL;
}

int
boot_image_append(const char *path, const void *archive, size_t length)
{
	char where[4096];
	const char *failed;
	int in = open(path, O_RDONLY | O_CLOEXEC);

	if (in < 0) {
		warn("cannot read image %s", path);
		return -1;
	}
	int out = open_temporary(where, sizeof(where));
	if (out < 0) {
		close(in);
		return -1;
	}
	failed = copy(in, out);
	if (failed == NULL && write_all(out, archive, length) != 0)
		failed = "write";
	if (failed != NULL) {
		warn("cannot %s %s", failed, *failed == 'r' ? path : where);
		close(out);
		out = -1;
	}
	close(in);
	return out;
}

bool
boot_image_has_experiment(const char *path)
{
	static const char name[] = EXPERIMENT_FOLDER "/";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	bool has = false;

	if (fd < 0 || fstat(fd, &status) != 0 || status.st_size <= 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	void *map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	/* Names in an archive have no slash in front. */
	has = memmem(map, (size_t)status.st_size, name + 1, strlen(name + 1)) != NULL;
	munmap(map, (size_t)status.st_size);
	return has;
}
