/* SPDX-License-Identifier: MIT */
#include "host/new_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { NAME_KEPT = 200 /* of 255 bytes */ };

/* The start of the last component of a path. */
static const char *
last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

int
new_file_open(struct new_file *file, int folder, const char *path, mode_t mode)
{
	const char *name = last_component(path);
	size_t size = strlen(path) + sizeof("..XXXXXXXX.new");
	uint32_t number;

	*file = (struct new_file){.folder = folder, .fd = -1, .temporary = malloc(size)};
	if (file->temporary == NULL)
		return -1;
	do {
		if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
			break;
		snprintf(file->temporary, size, "%.*s.%.*s.%08x.new", (int)(name - path), path,
			 NAME_KEPT, name, number);
		file->fd =
		    openat(folder, file->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	} while (file->fd < 0 && errno == EEXIST);
	if (file->fd >= 0)
		return 0;
	free(file->temporary);
	file->temporary = NULL;
	return -1;
}

static int
rename_noreplace(const struct new_file *file, const char *path)
{
	if (renameat2(file->folder, file->temporary, file->folder, path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* The file system does not support RENAME_NOREPLACE. */
	if (linkat(file->folder, file->temporary, file->folder, path, 0) != 0)
		return -1;
	return unlinkat(file->folder, file->temporary, 0);
}

/*
 * Syncs the folder that holds `path`. A folder that is writable but not readable cannot be synced.
 */
static int
sync_folder(int at, const char *path)
{
	char *folder = strndup(path, (size_t)(last_component(path) - path));
	int fd = -1, result = -1;

	if (folder != NULL) {
		fd = openat(at, *folder != '\0' ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		result = fd >= 0 ? fsync(fd) : errno == EACCES ? 0 : -1;
	}
	if (fd >= 0)
		close(fd);
	free(folder);
	return result;
}

int
new_file_commit(struct new_file *file, const char *path, int how)
{
	int result = (how & NEW_FILE_SYNC) != 0 ? fsync(file->fd) : 0;

	if (result == 0)
		result = (how & NEW_FILE_ONLY) != 0
			     ? rename_noreplace(file, path)
			     : renameat(file->folder, file->temporary, file->folder, path);
	if (result != 0)
		return -1;
	free(file->temporary);
	file->temporary = NULL;
	return (how & NEW_FILE_SYNC) != 0 ? sync_folder(file->folder, path) : 0;
}

void
new_file_close(struct new_file *file)
{
	int error = errno;

	if (file->fd >= 0)
		close(file->fd);
	if (file->temporary != NULL)
		unlinkat(file->folder, file->temporary, 0);
	free(file->temporary);
	*file = (struct new_file){.folder = file->folder, .fd = -1};
	errno = error;
}

int
new_file_remove_leftovers(int folder)
{
#define DIGIT "[0-9a-f]"
	static const char pattern[] = ".*." DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT ".new";
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int result = 0;

	if (entries == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(entries)) != NULL)
		if (fnmatch(pattern, entry->d_name, 0) == 0 &&
		    unlinkat(folder, entry->d_name, 0) != 0)
			result = -1;
	closedir(entries);
	return result;
}
