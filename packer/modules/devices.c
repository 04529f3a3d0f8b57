/* SPDX-License-Identifier: MIT */
#include "modules/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "host/memory.h"

enum { ALIAS_MAX = 4096 }; /* bytes: a file of sysfs is one page */

static void
append_alias(struct devices *devices, const char *alias, size_t length)
{
	while (length > 0 && (alias[length - 1] == '\n' || alias[length - 1] == '\r'))
		length--;
	if (length == 0 || memchr(alias, '\0', length) != NULL)
		return;
	devices->aliases = xgrow(devices->aliases, devices->count, sizeof(*devices->aliases));
	devices->aliases[devices->count++] = xasprintf("%.*s", (int)length, alias);
}

/* A device may vanish meanwhile, and some files of sysfs cannot be read: these are skipped. */
static void
read_modalias(struct devices *devices, const char *path)
{
	char alias[ALIAS_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, alias, sizeof(alias)) : -1;

	if (fd >= 0)
		close(fd);
	if (got > 0)
		append_alias(devices, alias, (size_t)got);
}

/* /sys has every device once, below devices; a copy may have them anywhere. */
static int
read_folder(struct devices *devices, const char *folder)
{
	char *below = xasprintf("%s/devices", folder);
	char *const tops[] = {access(below, F_OK) == 0 ? below : (char *)folder, NULL};
	FTS *walk = fts_open(tops, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	FTSENT *at;
	int result = walk != NULL ? 0 : -1;

	while (walk != NULL && (errno = 0, at = fts_read(walk)) != NULL)
		if (at->fts_info != FTS_D && at->fts_info != FTS_DP &&
		    strcmp(at->fts_name, "modalias") == 0)
			read_modalias(devices, at->fts_path);
	if (result != 0 || errno != 0) {
		message_warn("cannot read the devices of %s", folder);
		result = -1;
	}
	if (walk != NULL)
		fts_close(walk);
	free(below);
	return result;
}

static int
read_file(struct devices *devices, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t got;

	if (file == NULL) {
		message_warn("cannot read the devices of %s", path);
		return -1;
	}
	while ((got = getline(&line, &room, file)) > 0)
		append_alias(devices, line, (size_t)got);
	int result = ferror(file) ? -1 : 0;
	if (result != 0)
		message_warn("cannot read the devices of %s", path);
	free(line);
	fclose(file);
	return result;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
devices_read(struct devices *devices, const char *path)
{
	struct stat found;
	size_t kept = 0;
	int result = -1;

	*devices = (struct devices){.count = 0};
	if (stat(path, &found) != 0)
		message_warn("cannot read the devices of %s", path);
	else
		result = (S_ISDIR(found.st_mode) ? read_folder : read_file)(devices, path);
	if (devices->count > 0)
		qsort(devices->aliases, devices->count, sizeof(*devices->aliases), compare_strings);
	for (size_t i = 0; i < devices->count; i++) {
		if (kept > 0 && strcmp(devices->aliases[kept - 1], devices->aliases[i]) == 0)
			free(devices->aliases[i]);
		else
			devices->aliases[kept++] = devices->aliases[i];
	}
	devices->count = kept;
	if (result == 0 && kept == 0) {
		message_warnx("cannot find any device in %s: no modalias file below it, or no "
			      "lines in it",
			      path);
		result = -1;
	}
	if (result != 0)
		devices_free(devices);
	return result;
}

void
devices_free(struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		free(devices->aliases[i]);
	free(devices->aliases);
	*devices = (struct devices){.count = 0};
}
