/* SPDX-License-Identifier: MIT */
#include "host/own_place.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
own_place(char *folder, size_t size, bool *is_build_tree)
{
	char self[PATH_MAX], objects[PATH_MAX + sizeof("/obj")];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return -1;
	self[length] = '\0';
	char *slash = strrchr(self, '/');
	errno = ENOENT;
	if (slash == NULL || (size_t)(slash - self) >= size)
		return -1;
	*slash = '\0';
	strcpy(folder, self);
	snprintf(objects, sizeof(objects), "%s/obj", self);
	*is_build_tree = access(objects, F_OK) == 0;
	return 0;
}
