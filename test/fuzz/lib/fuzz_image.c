/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as an image, and as the content of a compressed member, which is made here since
 * mutations cannot correct checksums. The result is a tree: names are unique and sorted, each is in
 * a directory, and link counts are right.
 */
#include <lz4.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_entry(const struct rootfs *rootfs, const struct rootfs_entry *entry)
{
	const char *slash = strrchr(entry->path, '/');
	char parent[PATH_MAX];
	volatile unsigned char last;

	if (entry->file->links == 0 || strlen(entry->path) >= PATH_MAX ||
	    (slash == NULL) != (entry->path[0] == '\0'))
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
	const struct rootfs_entry *at_end = rootfs_find(rootfs, entry->path, true, NULL);
	if (at_end != NULL && S_ISLNK(at_end->file->mode))
		abort();
}

static void
read_image(const uint8_t *data, size_t size)
{
	struct image image;

	image_read(&image, data, size, 1 << 16);
	for (size_t i = 0; i < image.rootfs.count; i++) {
		check_entry(&image.rootfs, image.rootfs.entries[i]);
		if (i > 0 &&
		    strcmp(image.rootfs.entries[i - 1]->path, image.rootfs.entries[i]->path) >= 0)
			abort();
	}
	for (size_t i = 0; i < image.count; i++)
		if (image.findings[i].at > size || image.findings[i].problem == NULL)
			abort();
	image_free(&image);
}

/*
 * The input as a member in the kernel's lz4 format, which has no checksum: magic number, length,
 * and one block.
 */
static void
read_member(const uint8_t *data, size_t size)
{
	enum { BEFORE = 8 };
	int room = LZ4_compressBound((int)size);
	uint8_t *member = malloc(BEFORE + (size_t)room);

	if (member == NULL)
		return;
	int length =
	    LZ4_compress_default((const char *)data, (char *)member + BEFORE, (int)size, room);
	memcpy(member, "\x02\x21\x4c\x18", 4);
	for (int i = 0; i < 4; i++)
		member[4 + i] = (uint8_t)(length >> (8 * i));
	read_image(member, BEFORE + (size_t)length);
	free(member);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_image(data, size);
	read_member(data, size);
	return 0;
}
