/* SPDX-License-Identifier: MIT */
#include "plan/own_init.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mapped.h"
#include "host/init_file.h"
#include "host/memory.h"
#include "host/own_place.h"
#include "plan/names.h"

const char *const own_init_links[] = {"/sbin/halt", "/sbin/poweroff", "/sbin/reboot", NULL};

bool
own_init_has(const char *name)
{
	for (size_t i = 0; own_init_links[i] != NULL; i++)
		if (strcmp(own_init_links[i] + strlen("/sbin/"), name) == 0)
			return true;
	return false;
}

bool
own_init_is(const char *path)
{
	size_t size = 0;
	void *map = mapped_file(path, &size);
	bool is = map != NULL && init_file_is_lull(map, size);

	if (map != NULL)
		mapped_release(map);
	return is;
}

/* Returns `directory` + `name` + "/init" if that is a readable file, or NULL; extends *tried. */
static char *
find_in_folder(const char *directory, const char *name, char **tried)
{
	char *folder = xasprintf("%s%s", directory, name), *path = xasprintf("%s/init", folder);
	struct stat found;
	bool is_there =
	    stat(path, &found) == 0 && S_ISREG(found.st_mode) && access(path, R_OK) == 0;

	names_note(tried, folder);
	free(folder);
	if (is_there)
		return path;
	free(path);
	return NULL;
}

char *
own_init_find(char **tried)
{
	char folder[PATH_MAX], *path = NULL;
	bool is_build_tree, is_known = own_place(folder, sizeof(folder), &is_build_tree) == 0;

	*tried = NULL;
	if (is_known && is_build_tree) {
		path = find_in_folder(folder, "", tried);
		if (path == NULL)
			path = find_in_folder(folder, "/..", tried);
	} else {
		if (is_known)
			path = find_in_folder(folder, "/../lib/lull", tried);
		if (path == NULL)
			path = find_in_folder(LULL_LIBDIR, "", tried);
	}
	if (path != NULL) {
		free(*tried);
		*tried = NULL;
	}
	return path;
}
