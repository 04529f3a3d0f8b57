/* SPDX-License-Identifier: MIT */
#include "module_stage.h"

#include <err.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "source.h"

/* A file of the folder, with a link at `link` unless that is NULL. A link that leads nowhere is no file. */
static int
stage_file(const struct source *source, const char *file, const char *link)
{
	struct stat stat;
	char *real = source_there(source, file, &stat);
	int result = 0;

	if (real == NULL ? errno != ENOENT
			 : access(real, R_OK) != 0 || (link != NULL && symlink(real, link) != 0)) {
		warn("cannot read %s", file);
		result = -1;
	}
	free(real);
	return result;
}

int
module_stage(const struct source *source, const char *folder, const char *pattern, const char *staged,
	     const char *name, char **path)
{
	char **files = source_list(source, folder);
	int result = 0;

	*path = staged != NULL ? memory_format("%s/%s", staged, name) : memory_copy(folder);
	if ((files == NULL && errno != ENOENT && errno != ENOTDIR) ||
	    (files != NULL && staged != NULL && mkdir(*path, 0700) != 0)) {
		warn("cannot read %s", folder);
		result = -1;
	}
	for (char **file = files; file != NULL && *file != NULL && result == 0; file++) {
		char *from = memory_format("%s/%s", folder, *file);
		char *link = staged != NULL ? memory_format("%s/%s", *path, *file) : NULL;
		if (fnmatch(pattern, *file, 0) == 0)
			result = stage_file(source, from, link);
		free(link);
		free(from);
	}
	source_list_free(files);
	return result;
}
