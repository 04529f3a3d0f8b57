/* SPDX-License-Identifier: MIT */
/* Any bytes as an image. What comes of it is a tree: names once and sorted, each in a directory, link counts right. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_entry(const struct rootfs *rootfs, const struct rootfs_entry *entry)
{
	const char *slash = strrchr(entry->path, '/');
	char parent[PATH_MAX];
	volatile unsigned char last;

	if (entry->file->links == 0 || strlen(entry->path) >= PATH_MAX || (slash == NULL) != (entry->path[0] == '\0'))
		abort();
	if (entry->file->size > 0)
		last = entry->file->data[entry->file->size - 1];
	(void)last;
	if (slash == NULL)
		return;
	memcpy(parent, entry->path, (size_t)(slash - entry->path));
	parent[slash - entry->path] = '\0';
	const struct rootfs_entry *above = rootfs_at(rootfs, parent);
	if (above == NULL || !S_ISDIR(above->file->mode) || above->file->names == 0 ||
	    rootfs_find(rootfs, entry->path, false, NULL) != entry)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image image;

	image_read(&image, data, size, 1 << 16);
	for (size_t i = 0; i < image.rootfs.count; i++) {
		check_entry(&image.rootfs, image.rootfs.entries[i]);
		if (i > 0 && strcmp(image.rootfs.entries[i - 1]->path, image.rootfs.entries[i]->path) >= 0)
			abort();
	}
	for (size_t i = 0; i < image.count; i++)
		if (image.findings[i].at > size || image.findings[i].problem == NULL)
			abort();
	image_free(&image);
	return 0;
}
