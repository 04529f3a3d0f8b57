/* SPDX-License-Identifier: MIT */
#include "boot/boot_image.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "boot/layout.h"
#include "experiment.h"
#include "newc.h"

enum {
	MIB = 1024 * 1024,
	MEMORY_BASE_MIB = 128,
	MEMORY_TIMES = 4,
	/*
	 * The kernel turns transparent huge pages off if it has less than 512 MiB next to itself
	 * (mm/huge_memory.c hugepage_init()): 576 MiB were enough for Debian's.
	 */
	MEMORY_MIN_MIB = 640,
};

uint64_t
boot_image_memory(uint64_t size)
{
	uint64_t mib = (size / MIB + (size % MIB != 0)) * MEMORY_TIMES + MEMORY_BASE_MIB;

	return mib < MEMORY_MIN_MIB ? MEMORY_MIN_MIB : mib;
}

/*
 * The end of the zeros that begin at byte `at`; `at` if they are longer than other makers' padding.
 */
static uint64_t
skip_zeros(int fd, uint64_t at)
{
	static char zeros[64 * 1024];
	ssize_t got = pread(fd, zeros, sizeof(zeros), (off_t)at), i = 0;

	while (i < got && zeros[i] == '\0')
		i++;
	return i < got ? at + (uint64_t)i : at;
}

/*
 * Whether the bytes begin with an entry of a plain archive. *size is the entry's length; *is_end:
 * it is the end mark.
 */
static bool
is_entry(const char *bytes, size_t length, uint64_t *size, bool *is_end)
{
	struct newc newc;

	if (length < NEWC_HEADER + sizeof(NEWC_TRAILER) || newc_parse(bytes, &newc) != 0)
		return false;
	*size = newc_size(newc.namesize, newc.filesize);
	*is_end = newc.namesize == sizeof(NEWC_TRAILER) &&
		  memcmp(bytes + NEWC_HEADER, NEWC_TRAILER, sizeof(NEWC_TRAILER)) == 0;
	return true;
}

uint64_t
boot_image_unpacked(int fd, uint64_t size)
{
	enum { ENTRIES = 64, RATIO = 4 };
	char bytes[NEWC_HEADER + sizeof(NEWC_TRAILER)];
	uint64_t at = 0, length = 0;
	bool is_end = false;

	/* Compressed data may follow microcode, an archive of a few entries. */
	for (int i = 0; i < ENTRIES && at < size && !is_end; i++, at += length) {
		ssize_t got = pread(fd, bytes, sizeof(bytes), (off_t)at);
		if (got <= 0 || !is_entry(bytes, (size_t)got, &length, &is_end))
			break;
	}
	at = skip_zeros(fd, at);
	bool is_plain = pread(fd, bytes, 1, (off_t)at) != 1 || bytes[0] == '0' || bytes[0] == '\0';
	return is_plain ? size : at + RATIO * (size - at);
}

/* Appends one entry. Returns its length, 0 if it does not fit. */
static size_t
append_entry(char *out, size_t room, const char *name, uint32_t mode, const void *data,
	     size_t length)
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
	for (const char *slash = strchr(file + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		snprintf(name, sizeof(name), "%.*s", (int)(slash - file - 1), file + 1);
		used += append_entry(archive + used, room - used, name, S_IFDIR | 0755, NULL, 0);
	}
	/* It holds the session, which an experiment of another user must not know. */
	used += append_entry(archive + used, room - used, file + 1, S_IFREG | 0600, data, length);
	used += append_entry(archive + used, room - used, NEWC_TRAILER, 0, NULL, 0);
	*size = used;
	return archive;
}

/* Opens an unlinked file in TMPDIR; `where` is its path, for messages. */
static int
open_temporary(char *where, size_t size)
{
	const char *folder = getenv("TMPDIR");

	snprintf(where, size, "%s/bench-image-XXXXXX",
		 folder != NULL && *folder != '\0' ? folder : "/tmp");
	int fd = mkostemp(where, O_CLOEXEC);
	if (fd < 0) {
		warn("cannot create %s", where);
		return -1;
	}
	if (unlink(where) != 0)
		warn("cannot remove %s", where);
	return fd;
}

/*
 * Copies `in` and pads it. The kernel's LZ4 format has no end mark: the kernel reads what
 * follows as data, except a length of 0 (lib/decompress_unlz4.c). After other formats it skips
 * zeros. Returns NULL, or the verb that failed, with errno.
 */
static const char *
copy_image(int in, int out)
{
	static const char zeros[2 * NEWC_ALIGN];
	static char piece[256 * 1024];
	uint64_t total = 0;
	ssize_t n;

	while ((n = read(in, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return "read";
		if (io_write(out, piece, (size_t)n) != 0)
			return "write";
		total += (uint64_t)n;
	}
	return io_write(out, zeros, sizeof(zeros) - total % NEWC_ALIGN) != 0 ? "write" : NULL;
}

static int
write_padding(int out, unsigned layout)
{
	static const char zeros[LAYOUT_IMAGE_STEP];

	for (unsigned i = 0; i < layout; i++)
		if (io_write(out, zeros, sizeof(zeros)) != 0)
			return -1;
	return 0;
}

int
boot_image_append(const char *path, const void *archive, size_t length, unsigned layout)
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
	failed = copy_image(in, out);
	if (failed == NULL &&
	    (io_write(out, archive, length) != 0 || write_padding(out, layout) != 0))
		failed = "write";
	if (failed != NULL) {
		warn("cannot %s %s", failed, *failed == 'r' ? path : where);
		close(out);
		out = -1;
	}
	close(in);
	return out;
}
