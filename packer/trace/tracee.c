/* SPDX-License-Identifier: MIT */
#include "trace/tracee.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "host/memory.h"

int
tracee_read(pid_t pid, uint64_t address, void *bytes, size_t size)
{
	struct iovec local = {bytes, size}, remote = {(void *)(uintptr_t)address, size};

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size ? 0 : -1;
}

int
tracee_string(pid_t pid, uint64_t address, char string[PATH_MAX])
{
	const size_t page = 4096; /* or a multiple of it: what follows may not be there */

	for (size_t used = 0; used < PATH_MAX;) {
		size_t size = page - (size_t)((address + used) % page);
		size = size < PATH_MAX - used ? size : PATH_MAX - used;
		if (tracee_read(pid, address + used, string + used, size) != 0)
			return -1;
		if (memchr(string + used, '\0', size) != NULL)
			return 0;
		used += size;
	}
	return -1;
}

/* Where a link of the process's folder in /proc leads, to be freed; NULL: nowhere. */
static char *
read_link(pid_t pid, const char *name)
{
	char *path = memory_format("/proc/%d/%s", (int)pid, name), target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	free(path);
	if (length <= 0 || target[0] != '/')
		return NULL;
	target[length] = '\0';
	return memory_copy(target);
}

static char *
read_descriptor(pid_t pid, int descriptor)
{
	char name[32];

	snprintf(name, sizeof(name), "fd/%d", descriptor);
	return read_link(pid, name);
}

bool
tracee_is_at_root(pid_t pid)
{
	char *root = read_link(pid, "root");
	bool is = root == NULL || strcmp(root, "/") == 0;

	free(root);
	return is;
}

char *
tracee_path(pid_t pid, int descriptor, const char *path)
{
	char *start, *whole = NULL;

	if (path[0] == '/')
		start = read_link(pid, "root");
	else if (descriptor == AT_FDCWD)
		start = read_link(pid, "cwd");
	else
		start = read_descriptor(pid, descriptor);
	if (start != NULL && strcmp(start, "/") == 0)
		start[0] = '\0';
	if (start != NULL)
		whole = memory_format("%s%s%s", start, path[0] == '/' || path[0] == '\0' ? "" : "/", path);
	free(start);
	return whole;
}

char *
tracee_descriptor(pid_t pid, int descriptor)
{
	char *path = read_descriptor(pid, descriptor);
	struct stat found;

	/* The kernel writes " (deleted)" behind the names of such. */
	if (path != NULL && lstat(path, &found) != 0) {
		free(path);
		return NULL;
	}
	return path;
}

char *
tracee_name(pid_t pid)
{
	char *path = memory_format("/proc/%d/status", (int)pid), name[64] = "", line[256];
	FILE *file = fopen(path, "re");
	int group = -1;

	free(path);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Name: %63[^\n]", name) != 1 && sscanf(line, "Tgid: %d", &group) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return group == pid ? memory_copy(name) : NULL;
}

char *
tracee_real(const char *path, bool follow)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	bool is_name = slash != NULL && name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
	char *real = NULL;

	if (follow || !is_name)
		real = realpath(path, NULL);
	if (real != NULL || !is_name || (follow && errno != ENOENT))
		return real;
	char *directory = memory_format("%.*s", slash > path ? (int)(slash - path) : 1, path);
	char *above = realpath(directory, NULL);
	if (above != NULL)
		real = memory_format("%s/%s", strcmp(above, "/") == 0 ? "" : above, name);
	free(above);
	free(directory);
	return real;
}
