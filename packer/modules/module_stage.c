/* SPDX-License-Identifier: MIT */
#include "modules/module_set.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"
#include "plan/source.h"

enum { CONFIG_MOST = 16 << 20 };

/*
 * Returns whether the first word of the line is a command of modprobe.d(5), or the line is empty or
 * a comment (libkmod-config.c).
 */
static bool
is_config_line(const char *line, size_t length)
{
	static const char *const words[] = {"alias",  "blacklist", "options", "install",
					    "remove", "softdep",   "weakdep", "config"};
	size_t start = 0, end;

	while (start < length && (line[start] == ' ' || line[start] == '\t'))
		start++;
	for (end = start; end < length && line[end] != ' ' && line[end] != '\t'; end++)
		continue;
	bool is = start == length || line[start] == '#';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words) && !is; i++)
		is = strlen(words[i]) == end - start &&
		     memcmp(line + start, words[i], end - start) == 0;
	return is;
}

/*
 * Reports lines that libkmod will ignore, with the path that the user knows. Returns 0, or -1 after
 * a warning.
 */
static int
check_lines(const char *file, const char *real)
{
	FILE *stream = fopen(real, "re");
	size_t room = 0, number = 0, unknown = 0, first = 0;
	bool continues = false;
	char *line = NULL;
	ssize_t length;

	while (stream != NULL && (length = getline(&line, &room, stream)) > 0) {
		length -= line[length - 1] == '\n';
		number++;
		if (!continues && !is_config_line(line, (size_t)length) && unknown++ == 0)
			first = number;
		continues = length > 0 && line[length - 1] == '\\';
	}
	int result = stream != NULL && !ferror(stream) ? 0 : -1;
	if (result != 0)
		message_warn("cannot read %s", file);
	else if (unknown > 0)
		message_warnx("warning: %s:%zu: not a command of modprobe.d(5): %zu line%s ignored",
			      file, first, unknown, unknown == 1 ? " is" : "s are");
	if (stream != NULL)
		fclose(stream);
	free(line);
	return result;
}

/*
 * Checks a file of the folder and, unless `link` is NULL, links to it. Dangling links are skipped.
 */
static int
stage_file(const struct source *source, const char *file, const char *link, bool is_config)
{
	char *real = source_resolve(source, file);
	struct stat found;
	int result = 0;

	if (real != NULL && stat(real, &found) != 0) {
		free(real);
		real = NULL;
	}
	if (real != NULL && !S_ISREG(found.st_mode)) {
		message_warnx("cannot read %s: it is not a regular file", file);
		result = -1;
	} else if (real != NULL && is_config && found.st_size > CONFIG_MOST) {
		message_warnx("cannot read %s: it is larger than %d MiB", file, CONFIG_MOST >> 20);
		result = -1;
	} else if (real == NULL
		       ? errno != ENOENT
		       : access(real, R_OK) != 0 || (link != NULL && symlink(real, link) != 0)) {
		message_warn("cannot read %s", file);
		result = -1;
	}
	if (result == 0 && real != NULL && is_config)
		result = check_lines(file, real);
	free(real);
	return result;
}

int
module_stage(const struct source *source, const char *folder, const char *pattern,
	     const char *staged, const char *name, char **path)
{
	char **files = source_list(source, folder);
	int result = 0;

	*path = staged != NULL ? xasprintf("%s/%s", staged, name) : xstrdup(folder);
	if ((files == NULL && errno != ENOENT && errno != ENOTDIR) ||
	    (files != NULL && staged != NULL && mkdir(*path, 0700) != 0)) {
		message_warn("cannot read %s", folder);
		result = -1;
	}
	for (char **file = files; file != NULL && *file != NULL && result == 0; file++) {
		char *from = xasprintf("%s/%s", folder, *file);
		char *link = staged != NULL ? xasprintf("%s/%s", *path, *file) : NULL;
		if (fnmatch(pattern, *file, 0) == 0)
			result = stage_file(source, from, link, strcmp(pattern, "*.conf") == 0);
		free(link);
		free(from);
	}
	source_list_free(files);
	return result;
}
