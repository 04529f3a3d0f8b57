/* SPDX-License-Identifier: MIT */
#include "own_init.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf.h"
#include "memory.h"
#include "names.h"
#include "object.h"
#include "skeleton.h"

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
	void *map = object_map(path, &size);
	bool is = map != NULL && elf_is(map, size) && memmem(map, size, SKELETON_END, sizeof(SKELETON_END)) != NULL;

	if (map != NULL)
		munmap(map, size);
	return is;
}

char *
own_init_find(char **tried)
{
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	*tried = NULL;
	for (int up = 0; up < 3; up++) {
		const char *directory = LULL_LIBDIR;
		if (up < 2) {
			if (length <= 0)
				continue;
			self[length] = '\0';
			char *slash = strrchr(self, '/');
			if (slash == NULL || slash == self)
				continue;
			*slash = '\0';
			length = slash - self;
			directory = self;
		}
		char *path = memory_format("%s/init", directory);
		names_note(tried, directory);
		struct stat stat_of_it;
		if (stat(path, &stat_of_it) == 0 && S_ISREG(stat_of_it.st_mode) && access(path, R_OK) == 0) {
			free(*tried);
			*tried = NULL;
			return path;
		}
		free(path);
	}
	return NULL;
}
