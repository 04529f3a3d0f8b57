/* SPDX-License-Identifier: MIT */
#include "view/explained.h"

#include <err.h>
#include <sys/stat.h>

#include "view/view.h"

int
explained_read(struct explained *explained, const char *name)
{
	struct loaded_image *loaded = &explained->loaded;
	size_t line;

	if (loaded_read(loaded, name) != 0)
		return VIEW_FAILED;
	const struct rootfs_entry *entry = rootfs_find(&loaded->image.rootfs, REASONS_FILE, true, NULL);
	if (entry == NULL || !S_ISREG(entry->file->mode)) {
		loaded_tell(loaded);
		warnx("cannot tell reasons in %s: it has no manifest, %s; packer --list tells what is in it", name,
		      REASONS_FILE);
	} else if (reasons_read(&explained->reasons, (const char *)entry->file->data, entry->file->size, &line) != 0) {
		warnx("cannot tell reasons in %s: line %zu of its %s is no line of a manifest", name, line,
		      REASONS_FILE);
	} else {
		return VIEW_DONE;
	}
	loaded_free(loaded);
	return VIEW_FOUND;
}

void
explained_free(struct explained *explained)
{
	reasons_free(&explained->reasons);
	loaded_free(&explained->loaded);
}
