/* SPDX-License-Identifier: MIT */
#include "report/store.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io.h"
#include "console/result.h"
#include "text.h"

static int
warn_not_stored(const char *folder, const struct result_file *file)
{
	char name[1024];
	struct text t = text_in(name, sizeof(name));
	int problem = errno;

	escape_bytes(&t, file->path, file->path_length);
	errno = problem;
	warn("cannot store %.*s in %s", (int)t.used, name, folder);
	return -1;
}

/* Opens the folder that a path component names, created if missing; does not follow links. */
static int
open_folder(int at, const char *name)
{
	if (strcmp(name, "..") == 0) {
		errno = EINVAL;
		return -1;
	}
	if (mkdirat(at, name, 0777) != 0 && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
write_file(int at, const char *name, const struct result_file *file)
{
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			file->mode & 0777);

	if (fd < 0)
		return -1;
	int result = io_write(fd, file->content.data, file->content.length);
	int problem = errno;
	if (close(fd) != 0 && result == 0)
		return -1;
	if (result != 0)
		unlinkat(at, name, 0);
	errno = problem;
	return result;
}

static int
store_file(int top, const struct result_file *file)
{
	char *path = strdup(file->path), *rest = path, *name, *next;
	int at = dup(top), result = -1;

	if (path == NULL || at < 0 || strlen(file->path) != file->path_length) {
		errno = path == NULL ? ENOMEM : at < 0 ? errno : EINVAL;
		goto out;
	}
	while ((name = strsep(&rest, "/")) != NULL && (name[0] == '\0' || strcmp(name, ".") == 0))
		;
	while (name != NULL) {
		while ((next = strsep(&rest, "/")) != NULL &&
		       (next[0] == '\0' || strcmp(next, ".") == 0))
			;
		if (next == NULL) {
			result = write_file(at, name, file);
			break;
		}
		int below = open_folder(at, name);
		if (below < 0)
			break;
		close(at);
		at = below;
		name = next;
	}
out:;
	int problem = errno;
	if (at >= 0)
		close(at);
	free(path);
	errno = problem;
	return result;
}

int
store_files(const struct result *result, const char *folder)
{
	int failed = 0;

	if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
		warn("cannot create %s", folder);
		return -1;
	}
	int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0) {
		warn("cannot open %s", folder);
		return -1;
	}
	for (size_t i = 0; i < result->file_count; i++)
		if (store_file(top, &result->files[i]) != 0)
			failed = warn_not_stored(folder, &result->files[i]);
	close(top);
	return failed;
}

int
store_check(const char *folder)
{
	char copy[PATH_MAX];
	struct stat status;

	if (folder[0] == '\0') {
		warnx("--files requires the name of a folder");
		return -1;
	}
	if (stat(folder, &status) == 0) {
		errno = S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
		if (errno == 0 && access(folder, W_OK | X_OK) == 0)
			return 0;
		warn("cannot write files to %s", folder);
		return -1;
	}
	if (errno == ENOENT && snprintf(copy, sizeof(copy), "%s", folder) < (int)sizeof(copy) &&
	    access(dirname(copy), W_OK | X_OK) == 0)
		return 0;
	warn("cannot create %s", folder);
	return -1;
}
