/* SPDX-License-Identifier: MIT */
#include "resolve/libraries.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "elf/ldcache.h"
#include "host/memory.h"

enum {
	DEPTH = 2
}; /* the first file and those that it includes; deeper, a few files could take for ever */

static char *find_in_file(const struct libraries *libraries, const char *path, const char *name,
			  int depth);

/* Searches the files that match a pattern. Its directory has no wildcards. */
static char *
find_in_files(const struct libraries *libraries, const char *pattern, const char *name, int depth)
{
	const char *slash = strrchr(pattern, '/');
	/* Patterns are relative to the directory of the first file. */
	char *directory = xasprintf("%s%.*s/", pattern[0] == '/' ? "" : "/etc/",
				    slash != NULL ? (int)(slash - pattern) : 0, pattern);
	const char *file = slash != NULL ? slash + 1 : pattern;
	struct stat stat;
	char *real = source_real(libraries->source, directory, &stat), *found = NULL;
	DIR *open = real != NULL ? opendir(real) : NULL;
	struct dirent *entry;

	while (interrupt_signal() == 0 && open != NULL && found == NULL &&
	       (entry = readdir(open)) != NULL) {
		if (fnmatch(file, entry->d_name, FNM_PERIOD) != 0)
			continue;
		char *path = xasprintf("%s%s", directory, entry->d_name);
		found = find_in_file(libraries, path, name, depth + 1);
		free(path);
	}
	if (open != NULL)
		closedir(open);
	free(real);
	free(directory);
	return found;
}

static char *
find_in_file(const struct libraries *libraries, const char *path, const char *name, int depth)
{
	struct stat stat;
	char *real = source_real(libraries->source, path, &stat), *found = NULL, out[PATH_MAX];
	size_t size = 0;
	void *map = real != NULL && S_ISREG(stat.st_mode) && depth < DEPTH
			? mapped_file(real, &size)
			: NULL;
	bool is_include;

	free(real);
	if (map == NULL)
		return NULL;
	char *text = xasprintf("%.*s", (int)size, (const char *)map);
	mapped_release(map);
	for (const char *at = text; found == NULL && ldconf_next(&at, out, &is_include);) {
		if (is_include) {
			found = find_in_files(libraries, out, name, depth);
			continue;
		}
		char *library = xasprintf("%s/%s", out, name),
		     *there = source_real(libraries->source, library, &stat);
		if (there != NULL)
			found = xstrdup(library);
		free(there);
		free(library);
	}
	free(text);
	return found;
}

char *
uncached_find(const struct libraries *libraries, const char *name)
{
	return libraries->has_cache || strchr(name, '/') != NULL
		   ? NULL
		   : find_in_file(libraries, "/etc/ld.so.conf", name, 0);
}
