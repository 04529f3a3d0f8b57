/* SPDX-License-Identifier: MIT */
#include "rootfs_tree.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf.h"
#include "memory.h"
#include "rootfs.h"
#include "script.h"

/* What tells loaders where to look: glibc's cache and configuration, musl's path files. */
static bool
is_configuration(const char *path)
{
	static const char *const starts[] = {"/etc/ld.so.", "/etc/ld-musl-"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (strncmp(path, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static int
write_all(int fd, const unsigned char *data, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, data, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return -1;
		data += written;
		size -= (size_t)written;
	}
	return 0;
}

/* The paths of a rootfs have no link among their parents, so nothing is made outside of `top`. */
static int
make_file(const char *path, const struct rootfs_entry *entry)
{
	const struct rootfs_file *file = entry->file;
	bool is_read =
	    elf_is(file->data, file->size) || script_is(file->data, file->size) || is_configuration(entry->path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600 | (file->mode & 0111));
	int result = -1;

	if (fd < 0)
		return -1;
	if (is_read ? write_all(fd, file->data, file->size) == 0 : ftruncate(fd, (off_t)file->size) == 0)
		result = 0;
	return close(fd) == 0 ? result : -1;
}

static int
make_entry(const char *top, const struct rootfs_entry *entry)
{
	char *path = memory_format("%s%s", top, entry->path);
	int result = 0;

	if (S_ISDIR(entry->file->mode)) {
		result = mkdir(path, 0700);
	} else if (S_ISREG(entry->file->mode)) {
		result = make_file(path, entry);
	} else if (S_ISLNK(entry->file->mode)) {
		char *target = memory_format("%.*s", (int)entry->file->size, (const char *)entry->file->data);
		/* An empty one leads where the link is, but only the kernel's unpacker can make it. */
		result = symlink(target[0] != '\0' ? target : ".", path);
		free(target);
	}
	free(path);
	return result;
}

char *
rootfs_tree_make(const struct rootfs *rootfs)
{
	const char *folder = getenv("TMPDIR");
	char *top = memory_format("%s/packer-check-XXXXXX", folder != NULL && folder[0] == '/' ? folder : "/tmp");

	if (mkdtemp(top) == NULL) {
		warn("cannot make a directory for the check: %s", top);
		free(top);
		return NULL;
	}
	for (size_t i = 0; i < rootfs->count; i++) {
		const struct rootfs_entry *entry = rootfs->entries[i];
		if (entry->path[0] == '\0' || make_entry(top, entry) == 0)
			continue;
		warn("cannot write %s%s, for the check", top, entry->path);
		rootfs_tree_remove(top);
		return NULL;
	}
	return top;
}

static int
remove_one(const char *path, const struct stat *stat, int type, struct FTW *walk)
{
	(void)stat;
	(void)type;
	(void)walk;
	return remove(path);
}

void
rootfs_tree_remove(char *top)
{
	enum { DIRECTORIES_AT_ONCE = 16 };

	if (nftw(top, remove_one, DIRECTORIES_AT_ONCE, FTW_DEPTH | FTW_PHYS) != 0)
		warn("cannot remove %s", top);
	free(top);
}
