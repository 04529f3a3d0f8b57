/* SPDX-License-Identifier: MIT */
#include "view/loaded.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message.h"
#include "base/status.h"
#include "host/memory.h"
#include "view/view.h"

/* An image with its manifest. */

int
explained_read(struct explained *explained, const char *name)
{
	struct loaded_image *loaded = &explained->loaded;
	size_t line;

	if (loaded_read(loaded, name) != 0)
		return FAILED;
	const struct rootfs_entry *entry =
	    rootfs_find(&loaded->image.rootfs, REASONS_FILE, true, NULL);
	if (entry == NULL || !S_ISREG(entry->file->mode)) {
		loaded_report(loaded);
		message_warnx("cannot explain %s: it has no manifest, %s; packer --list lists "
			      "its files",
			      name, REASONS_FILE);
	} else if (reasons_read(&explained->reasons, (const char *)entry->file->data,
				entry->file->size, &line) != 0) {
		message_warnx("cannot explain %s: line %zu of its %s is not a line of a manifest",
			      name, line, REASONS_FILE);
	} else {
		return DONE;
	}
	loaded_free(loaded);
	return FOUND;
}

void
explained_free(struct explained *explained)
{
	reasons_free(&explained->reasons);
	loaded_free(&explained->loaded);
}

/* Reads the whole file, to be freed; NULL with errno. */
static unsigned char *
read_all(int fd, size_t *length)
{
	struct stat stat;
	size_t room =
	    fstat(fd, &stat) == 0 && stat.st_size > 0 ? (size_t)stat.st_size + 1 : 1 << 20;
	unsigned char *bytes = NULL;
	ssize_t got;

	*length = 0;
	do {
		if (bytes == NULL || *length == room)
			bytes = xrealloc(bytes, bytes == NULL ? room : (room *= 2));
		got = read(fd, bytes + *length, room - *length);
		*length += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	if (got == 0)
		return bytes;
	free(bytes);
	return NULL;
}

int
loaded_read(struct loaded_image *loaded, const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	size_t length = 0;

	*loaded =
	    (struct loaded_image){.name = name, .bytes = fd >= 0 ? read_all(fd, &length) : NULL};
	if (loaded->bytes == NULL)
		message_warn("cannot read %s", name);
	if (fd >= 0)
		close(fd);
	if (loaded->bytes == NULL)
		return -1;
	image_read(&loaded->image, loaded->bytes, length, LOADED_LIMIT);
	return 0;
}

void
loaded_free(struct loaded_image *loaded)
{
	image_free(&loaded->image);
	free(loaded->bytes);
}

size_t
loaded_report(const struct loaded_image *loaded)
{
	const struct image *image = &loaded->image;

	for (size_t i = 0; i < image->count; i++) {
		const struct image_finding *finding = &image->findings[i];
		char *inside = finding->method != NULL
				   ? xasprintf(", byte %2$" PRIu64 " after unpacking with %1$s",
					       finding->method, finding->inside)
				   : xstrdup("");
		message_warnx("%s: byte %" PRIu64 "%s: %s%s%s", loaded->name, finding->at, inside,
			      finding->name != NULL ? finding->name : "",
			      finding->name != NULL ? ": " : "", finding->problem);
		free(inside);
	}
	return image->count;
}
