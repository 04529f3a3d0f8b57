/* SPDX-License-Identifier: MIT */
#include "view/check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/scratch.h"
#include "elf/script.h"
#include "host/elf.h"
#include "host/memory.h"
#include "host/rootfs.h"

/* Files that configure loaders: glibc's cache and configuration, musl's path files. */
static bool
is_configuration(const char *path)
{
	static const char *const starts[] = {"/etc/ld.so.", "/etc/ld-musl-"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (strncmp(path, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/*
 * Returns whether a loader, a lookup of programs or packer may access the file. There may be
 * millions of others, and making one takes as long as the whole check.
 */
static bool
is_relevant(const struct rootfs_entry *entry)
{
	const struct rootfs_file *file = entry->file;

	return (file->mode & 0111) != 0 || strstr(strrchr(entry->path, '/'), ".so") != NULL ||
	       elf_is(file->data, file->size) || script_is(file->data, file->size) ||
	       is_configuration(entry->path);
}

/* Parents of paths in a rootfs are never links, so no file is made outside of `top`. */
static int
make_file(const char *path, const struct rootfs_entry *entry)
{
	const struct rootfs_file *file = entry->file;
	bool is_read = elf_is(file->data, file->size) || script_is(file->data, file->size) ||
		       is_configuration(entry->path);
	int mode = 0600 | (file->mode & 0111);

	if (is_read)
		return copy_new_file(path, file->data, file->size, mode);
	return copy_new_file(path, "", 0, mode) == 0 ? truncate(path, (off_t)file->size) : -1;
}

static int
make_entry(const char *top, const struct rootfs_entry *entry)
{
	char *path = xasprintf("%s%s", top, entry->path);
	int result = 0;

	if (S_ISDIR(entry->file->mode)) {
		result = mkdir(path, 0700);
	} else if (S_ISREG(entry->file->mode) && is_relevant(entry)) {
		result = make_file(path, entry);
	} else if (S_ISLNK(entry->file->mode)) {
		char *target =
		    xasprintf("%.*s", (int)entry->file->size, (const char *)entry->file->data);
		/*
		 * Only the kernel's unpacker can make an empty link, which resolves to its own
		 * directory.
		 */
		result = symlink(target[0] != '\0' ? target : ".", path);
		free(target);
	}
	free(path);
	return result;
}

char *
rootfs_tree_make(const struct rootfs *rootfs)
{
	char *top = scratch_make("/tmp");

	for (size_t i = 0; top != NULL && i < rootfs->count && interrupt_signal() == 0; i++) {
		const struct rootfs_entry *entry = rootfs->entries[i];
		if (entry->path[0] == '\0' || make_entry(top, entry) == 0)
			continue;
		message_warn("cannot write %s%s, for the check", top, entry->path);
		scratch_remove(top);
		return NULL;
	}
	return top;
}
