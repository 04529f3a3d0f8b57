/* SPDX-License-Identifier: MIT */
#include "collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/join.h"
#include "base/match.h"
#include "report/report.h"
#include "sha256.h"

/* As many records as a reader keeps (wire_log.h), or about. */
static const off_t LARGEST = (off_t)1 << 32;

static void
warn_of(const char *path, int problem)
{
	report_warning(JOIN("cannot collect ", path), problem);
}

/* Whether it was sent, as the file of that number, be it not to its end. */
static bool
collect(unsigned index, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), problem = 0;
	unsigned char piece[WIRE_PAYLOAD_MAX - 64];
	struct sha256 digest;
	struct stat found;
	uint64_t offset = 0;
	ssize_t got = 0;

	if (fd < 0 || fstat(fd, &found) != 0)
		problem = errno;
	else if (found.st_size > LARGEST) /* /proc/kcore, say: it would never end */
		problem = EFBIG;
	if (problem != 0) {
		warn_of(path, problem);
		close(fd);
		return false;
	}
	report_file(index, path, found.st_mode & 07777);
	sha256_start(&digest);
	while ((got = read(fd, piece, sizeof(piece))) > 0 || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		sha256_add(&digest, piece, (size_t)got);
		report_data(index, offset, piece, (size_t)got);
		offset += (uint64_t)got;
	}
	if (got < 0)
		problem = errno;
	close(fd);
	report_file_end(index, offset, &digest);
	if (problem != 0)
		warn_of(path, problem);
	return true;
}

struct paths {
	char **at;
	size_t count;
	bool found; /* by the pattern in hand */
};

/* Keeps them sorted, so that no directory decides the order, and each once. */
static void
add_path(struct paths *paths, const char *path)
{
	size_t at = paths->count;
	int order = 1;

	paths->found = true;
	while (at > 0 && (order = strcmp(paths->at[at - 1], path)) > 0)
		at--;
	if (at > 0 && order == 0)
		return;
	char *copy = strdup(path), **more = realloc(paths->at, (paths->count + 1) * sizeof(*more));
	if (more != NULL)
		paths->at = more;
	if (copy == NULL || more == NULL) {
		warn_of(path, ENOMEM);
		free(copy);
		return;
	}
	memmove(more + at + 1, more + at, (paths->count++ - at) * sizeof(*more));
	more[at] = copy;
}

/*
 * Adds what the pattern matches from `rest` on, below the folder that `path` names so far, `length`
 * bytes.
 */
static void
find_files(struct paths *paths, char path[REPORT_PATH_MAX + 1 + NAME_MAX + 1], size_t length,
	   const char *rest)
{
	char component[NAME_MAX + 1];
	const char *slash = strchrnul(rest, '/');
	size_t size = (size_t)(slash - rest);
	struct dirent *entry;
	struct stat found;

	if (size >= sizeof(component))
		return;
	memcpy(component, rest, size);
	component[size] = '\0';
	path[length] = '\0';
	DIR *folder = opendir(length > 0 ? path : "/");
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		size_t name = strlen(entry->d_name);
		if (!match_name(component, entry->d_name))
			continue;
		path[length] = '/';
		memcpy(path + length + 1, entry->d_name, name + 1);
		if (stat(path, &found) != 0)
			continue;
		if (length + 1 + name > REPORT_PATH_MAX)
			warn_of(path,
				ENAMETOOLONG); /* under a shorter name it would be a wrong result */
		else if (*slash == '\0' && S_ISREG(found.st_mode))
			add_path(paths, path);
		else if (*slash != '\0' && S_ISDIR(found.st_mode))
			find_files(paths, path, length + 1 + name, slash + strspn(slash, "/"));
	}
	if (folder != NULL)
		closedir(folder);
}

void
collect_files(const struct experiment_list *globs)
{
	static char path[REPORT_PATH_MAX + 1 + NAME_MAX + 1];
	struct paths paths = {.count = 0};

	for (size_t i = 0; i < globs->count; i++) {
		const char *pattern = globs->values[i][0];
		paths.found = false;
		find_files(&paths, path, 0, pattern + strspn(pattern, "/"));
		if (!paths.found)
			warn_of(pattern, ENOENT);
	}
	for (size_t i = 0, sent = 0; i < paths.count; i++) {
		sent += collect((unsigned)sent, paths.at[i]);
		free(paths.at[i]);
	}
	free(paths.at);
}
