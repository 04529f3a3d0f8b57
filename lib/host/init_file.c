/* SPDX-License-Identifier: MIT */
#include "host/init_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "host/elf.h"
#include "host/rootfs.h"

bool
init_file_is_lull(const void *bytes, size_t size)
{
	return elf_is(bytes, size) &&
	       memmem(bytes, size, INIT_FILE_END, sizeof(INIT_FILE_END)) != NULL;
}

const char *
init_file_find(const struct rootfs *rootfs, const char *path, const struct rootfs_entry **entry)
{
	*entry = rootfs_find(rootfs, path, true, NULL);
	if (*entry == NULL)
		return errno == ENOENT || errno == 0 ? "it is missing" : strerror(errno);
	const struct rootfs_file *file = (*entry)->file;
	if (!S_ISREG(file->mode))
		return "it is not a regular file: the kernel cannot execute it";
	if ((file->mode & 0111) == 0)
		return "it is not executable: the kernel panics (error -13); chmod +x";
	if (!elf_is(file->data, file->size) && (file->size < 2 || memcmp(file->data, "#!", 2) != 0))
		return "it is neither ELF nor #!: the kernel cannot execute it (error -8)";
	return NULL;
}
