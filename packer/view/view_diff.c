/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/status.h"
#include "view/loaded.h"
#include "view/view.h"
#include "view/view_print.h"

struct comparison {
	const struct rootfs_entry *a, *b; /* with the same path */
	size_t differences;
};

/* Begins or continues a line. */
static void
print_begin(struct comparison *comparison, const char *what)
{
	if (comparison->differences++ == 0) {
		fputs("differs: ", stdout);
		view_print_path(comparison->a);
	}
	printf("%s%s", comparison->differences == 1 ? ": " : ", ", what);
}

static void
compare_numbers(struct comparison *comparison, const char *what, uint32_t a, uint32_t b)
{
	if (a == b)
		return;
	print_begin(comparison, what);
	printf(strcmp(what, "mode") == 0 ? " %04" PRIo32 " %04" PRIo32 : " %" PRIu32 " %" PRIu32, a,
	       b);
}

static const char *
type_name(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "link";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	case S_IFIFO:
		return "pipe";
	default:
		return "socket";
	}
}

static void
compare_data(struct comparison *comparison)
{
	const struct rootfs_file *a = comparison->a->file, *b = comparison->b->file;

	if (a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0))
		return;
	if (S_ISLNK(a->mode)) {
		print_begin(comparison, "target ");
		view_print_target(comparison->a);
		putchar(' ');
		view_print_target(comparison->b);
	} else if (a->size != b->size) {
		print_begin(comparison, "size");
		printf(" %" PRIu64 " %" PRIu64, a->size, b->size);
	} else {
		print_begin(comparison, "content");
	}
}

/* Prints a line if the entries differ. Returns whether they do. */
static bool
compare_entries(const struct rootfs_entry *first, const struct rootfs_entry *second)
{
	struct comparison comparison = {.a = first, .b = second};
	const struct rootfs_file *a = first->file, *b = second->file;

	if (((a->mode ^ b->mode) & S_IFMT) != 0) {
		print_begin(&comparison, "type ");
		printf("%s %s", type_name(a->mode), type_name(b->mode));
	} else {
		if (!S_ISLNK(a->mode))
			compare_numbers(&comparison, "mode", a->mode & 07777, b->mode & 07777);
		compare_numbers(&comparison, "uid", a->uid, b->uid);
		compare_numbers(&comparison, "gid", a->gid, b->gid);
		compare_numbers(&comparison, "mtime", a->mtime, b->mtime);
		if (S_ISCHR(a->mode) || S_ISBLK(a->mode)) {
			compare_numbers(&comparison, "major", a->rdev_major, b->rdev_major);
			compare_numbers(&comparison, "minor", a->rdev_minor, b->rdev_minor);
		}
		/* Links of a directory are implied by its entries. */
		if (!S_ISDIR(a->mode))
			compare_numbers(&comparison, "links", a->links, b->links);
		if (S_ISREG(a->mode) || S_ISLNK(a->mode))
			compare_data(&comparison);
	}
	if (comparison.differences > 0)
		putchar('\n');
	return comparison.differences > 0;
}

static void
print_only(const char *image, const struct rootfs_entry *entry)
{
	printf("only in %s: ", image);
	view_print_path(entry);
	putchar('\n');
}

/* Compares both, which are sorted. */
static bool
compare_images(const struct loaded_image *first, const struct loaded_image *second)
{
	const struct rootfs *a = &first->image.rootfs, *b = &second->image.rootfs;
	bool is_different = false;
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		int order = i == a->count   ? 1
			    : k == b->count ? -1
					    : strcmp(a->entries[i]->path, b->entries[k]->path);
		if (order < 0)
			print_only(first->name, a->entries[i++]);
		else if (order > 0)
			print_only(second->name, b->entries[k++]);
		else if (!compare_entries(a->entries[i++], b->entries[k++]))
			continue;
		is_different = true;
	}
	return is_different;
}

int
view_diff(const char *first, const char *second)
{
	struct loaded_image a, b;

	if (loaded_read(&a, first) != 0)
		return FAILED;
	if (loaded_read(&b, second) != 0) {
		loaded_free(&a);
		return FAILED;
	}
	int status = compare_images(&a, &b) ? FOUND : DONE;
	loaded_report(&a);
	loaded_report(&b);
	/* Missing data may hide differences. */
	if (image_is_cut(&a.image) || image_is_cut(&b.image))
		status = FAILED;
	loaded_free(&a);
	loaded_free(&b);
	return view_end(status);
}
