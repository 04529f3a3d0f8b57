/* SPDX-License-Identifier: MIT */
#include "boot/contents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/boot_image.h"
#include "experiment.h"

#define UNPACKED_MOST (UINT64_C(1) << 30) /* kept in memory during the checks */

int
contents_open(struct contents *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	int result = -1;

	*c = (struct contents){.name = path};
	if (fd < 0 || fstat(fd, &status) != 0)
		goto out;
	errno = EINVAL;
	if (!S_ISREG(status.st_mode))
		goto out;
	c->size = (uint64_t)status.st_size;
	c->default_memory = boot_image_memory(boot_image_unpacked(fd, c->size));
	if (c->size > 0) {
		void *map = mmap(NULL, (size_t)c->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map == MAP_FAILED)
			goto out;
		c->map = map;
		c->map_size = (size_t)c->size;
	}
	image_read(&c->image, c->map != NULL ? c->map : (const unsigned char *)"", c->map_size,
		   UNPACKED_MOST);
	result = 0;
out:;
	int error = errno;
	if (fd >= 0)
		close(fd);
	errno = error;
	return result;
}

void
contents_close(struct contents *c)
{
	image_free(&c->image);
	if (c->map != NULL)
		munmap(c->map, c->map_size);
	*c = (struct contents){.name = NULL};
}

bool
contents_are_known(const struct contents *c)
{
	return !c->image.is_own_limit;
}

uint64_t
contents_unpacked(const struct contents *c)
{
	uint64_t bytes = 0;

	/* Count a file with several names once, and skip one whose names are all gone. */
	for (const struct rootfs_file *file = c->image.rootfs.files; file != NULL;
	     file = file->next)
		if (S_ISREG(file->mode) && file->links > 0)
			bytes += file->size;
	return bytes;
}

static bool
is_experiment(const struct rootfs_entry *entry, const char **name)
{
	static const char folder[] = EXPERIMENT_FOLDER "/";

	if (strncmp(entry->path, folder, strlen(folder)) != 0)
		return false;
	*name = entry->path + strlen(folder);
	return (*name)[0] != '.' && strchr(*name, '/') == NULL &&
	       strlen(*name) <= EXPERIMENT_NAME_MAX;
}

size_t
contents_experiments(const struct contents *c, struct text *names, const struct rootfs_entry **only)
{
	size_t count = 0;
	const char *name;

	*only = NULL;
	for (size_t i = 0; i < c->image.rootfs.count; i++) {
		if (!is_experiment(c->image.rootfs.entries[i], &name))
			continue;
		*only = c->image.rootfs.entries[i];
		if (names != NULL) {
			text_string(names, count > 0 ? ", " : "");
			text_string(names, name);
		}
		count++;
	}
	return count;
}

const struct rootfs_entry *
contents_experiment(const struct contents *c, const char *name)
{
	char path[sizeof(EXPERIMENT_FOLDER) + EXPERIMENT_NAME_MAX + 1];
	int length = snprintf(path, sizeof(path), EXPERIMENT_FOLDER "/%s", name);
	const struct rootfs_entry *entry = length > 0 && (size_t)length < sizeof(path)
					       ? rootfs_find(&c->image.rootfs, path, true, NULL)
					       : NULL;

	return entry != NULL && S_ISREG(entry->file->mode) ? entry : NULL;
}
