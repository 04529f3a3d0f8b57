/* SPDX-License-Identifier: MIT */
#include "steps.h"

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

/* About as many records as a reader keeps (wire_log.h). */
static const off_t LARGEST = (off_t)1 << 32;

static void
report_problem(const char *path, int problem)
{
	report_warning(JOIN("cannot collect ", path), problem);
}

/* Returns whether the file was sent under that number, even if incomplete. */
static bool
send_file(unsigned index, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), problem = 0;
	unsigned char piece[WIRE_PAYLOAD_MAX - 64];
	struct sha256 digest;
	struct stat found;
	uint64_t offset = 0;
	ssize_t got = 0;

	if (fd < 0 || fstat(fd, &found) != 0)
		problem = errno;
	else if (found.st_size > LARGEST) /* such as /proc/kcore, which would take forever */
		problem = EFBIG;
	if (problem != 0) {
		report_problem(path, problem);
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
		report_problem(path, problem);
	return true;
}

struct paths {
	char **at;
	size_t count;
	bool found; /* by the current pattern */
};

/* Adds a path in sorted order, independent of readdir order, unless it is there. */
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
		report_problem(path, ENOMEM);
		free(copy);
		return;
	}
	memmove(more + at + 1, more + at, (paths->count++ - at) * sizeof(*more));
	more[at] = copy;
}

/*
 * Adds the matches of the pattern `rest` in the folder that is the first `length` bytes of `path`.
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
			report_problem(path,
				       ENAMETOOLONG); /* a shortened name would be a wrong result */
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
			report_problem(pattern, ENOENT);
	}
	for (size_t i = 0, sent = 0; i < paths.count; i++) {
		sent += send_file((unsigned)sent, paths.at[i]);
		free(paths.at[i]);
	}
	free(paths.at);
}
