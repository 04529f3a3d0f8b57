/* SPDX-License-Identifier: MIT */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"

/* Returns the directory of `path`, to be freed. */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? xstrdup(".") : xasprintf("%.*s/", (int)(slash - path), path);
}

/* Returns 0, or -1 after a warning if no file can be created in the directory of `path`. */
static int
check_directory(const char *path)
{
	char *directory = directory_of(path);
	struct stat stat_of_it;
	int result = -1;

	if (stat(directory, &stat_of_it) != 0 || access(directory, W_OK | X_OK) != 0)
		message_warn("cannot write %s: its directory %s", path, directory);
	else if (!S_ISDIR(stat_of_it.st_mode))
		message_warnx("cannot write %s: %s is not a directory", path, directory);
	else
		result = 0;
	free(directory);
	return result;
}

int
output_start(struct output *output, const char *name)
{
	struct stat stat_of_it;

	*output = (struct output){.name = name, .file = {.fd = -1}, .fd = -1};
	if (name[0] == '\0' || name[strlen(name) - 1] == '/') {
		message_warnx("cannot write \"%s\": it is not a file name", name);
		return -1;
	}
	bool is_there = stat(name, &stat_of_it) == 0;
	if (is_there && !S_ISREG(stat_of_it.st_mode)) {
		message_warnx("cannot write %s: it is not a regular file", name);
		return -1;
	}
	if (is_there)
		output->replaced = file_id(&stat_of_it);
	/* Follow links, so that the file itself is replaced and not the link. */
	output->path = is_there ? realpath(name, NULL) : xstrdup(name);
	if (output->path == NULL) {
		message_warn("cannot write %s", name);
		return -1;
	}
	if (check_directory(output->path) == 0)
		return 0;
	output_end(output);
	return -1;
}

bool
output_is_same(const struct output *a, const struct output *b)
{
	const char *slash_a = strrchr(a->path, '/'), *slash_b = strrchr(b->path, '/');
	char *directory_a = directory_of(a->path), *directory_b = directory_of(b->path);
	struct stat stat_of_a, stat_of_b;
	bool is_same = strcmp(slash_a != NULL ? slash_a + 1 : a->path,
			      slash_b != NULL ? slash_b + 1 : b->path) == 0 &&
		       stat(directory_a, &stat_of_a) == 0 && stat(directory_b, &stat_of_b) == 0 &&
		       file_id_is(file_id(&stat_of_a), &stat_of_b);

	free(directory_a);
	free(directory_b);
	return is_same;
}

int
output_open(struct output *output)
{
	if (new_file_open(&output->file, AT_FDCWD, output->path, 0644) == 0 &&
	    fchmod(output->file.fd, 0644) == 0) {
		output->fd = output->file.fd;
		return 0;
	}
	message_warn("cannot write %s", output->name);
	new_file_close(&output->file);
	return -1;
}

int
output_commit(struct output *output)
{
	if (new_file_commit(&output->file, output->path, NEW_FILE_SYNC) == 0)
		return 0;
	message_warn("cannot write %s", output->name);
	return -1;
}

void
output_end(struct output *output)
{
	new_file_close(&output->file);
	free(output->path);
	*output = (struct output){.file = {.fd = -1}, .fd = -1};
}
