/* SPDX-License-Identifier: MIT */
#include "view/view.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/message.h"
#include "base/status.h"
#include "host/memory.h"
#include "view/check.h"
#include "view/loaded.h"
#include "view/view_print.h"

/* Prints the mode like ls(1). */
static void
print_mode(uint32_t mode)
{
	static const struct {
		uint32_t bits;
		char letter;
	} types[] = {{S_IFREG, '-'}, {S_IFDIR, 'd'}, {S_IFLNK, 'l'}, {S_IFCHR, 'c'},
		     {S_IFBLK, 'b'}, {S_IFIFO, 'p'}, {S_IFSOCK, 's'}};
	static const uint32_t special[] = {S_ISUID, S_ISGID, S_ISVTX};
	static const char letters[] = "sst";
	char text[] = "?rwxrwxrwx";

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if ((mode & S_IFMT) == types[i].bits)
			text[0] = types[i].letter;
	for (int i = 0; i < 9; i++)
		if ((mode & 0400U >> i) == 0)
			text[1 + i] = '-';
	for (int i = 0; i < 3; i++)
		if ((mode & special[i]) != 0)
			text[3 + 3 * i] =
			    text[3 + 3 * i] == 'x' ? letters[i] : (char)(letters[i] - 'a' + 'A');
	fputs(text, stdout);
}

static void
print_entry(const struct rootfs_entry *entry)
{
	const struct rootfs_file *file = entry->file;

	print_mode(file->mode);
	printf(" %" PRIu32 " %" PRIu32 "/%" PRIu32 " ", file->links, file->uid, file->gid);
	if (S_ISCHR(file->mode) || S_ISBLK(file->mode))
		printf("%" PRIu32 ",%" PRIu32 " ", file->rdev_major, file->rdev_minor);
	else
		printf("%" PRIu64 " ", file->size);
	view_print_path(entry);
	if (S_ISLNK(file->mode)) {
		fputs(" -> ", stdout);
		view_print_target(entry);
	}
	putchar('\n');
}

int
view_list(const char *name)
{
	struct loaded_image loaded;

	if (loaded_read(&loaded, name) != 0)
		return FAILED;
	for (size_t i = 0; i < loaded.image.rootfs.count; i++)
		print_entry(loaded.image.rootfs.entries[i]);
	int status = loaded_report(&loaded) == 0 ? DONE : FOUND;
	loaded_free(&loaded);
	return view_end(status);
}

static int
run_list(char *operands[])
{
	return view_list(operands[0]);
}

static int
run_diff(char *operands[])
{
	return view_diff(operands[0], operands[1]);
}

/* operands[1] is the kernel, or NULL. */
static int
run_check(char *operands[])
{
	return check_image(operands[0], operands[1]);
}

static int
run_why(char *operands[])
{
	return view_why(operands[0], operands[1]);
}

static int
run_sizes(char *operands[])
{
	return view_sizes(operands[0]);
}

/*
 * Rearranges "IMAGE -k KERNEL", in either order, to IMAGE KERNEL. Returns false for other operands.
 */
static bool
parse_kernel_operand(char *operands[])
{
	bool is_first = strcmp(operands[0], "-k") == 0;
	char *image = operands[is_first ? 2 : 0], *kernel = operands[is_first ? 1 : 2];

	if (!is_first && strcmp(operands[1], "-k") != 0)
		return false;
	operands[0] = image;
	operands[1] = kernel;
	return true;
}

int
view_run(char *argv[])
{
	static const struct {
		const char *name, *operands;
		size_t count;
		bool has_kernel; /* -k KERNEL is accepted */
		int (*run)(char *operands[]);
	} views[] = {
	    {"--list", "IMAGE", 1, false, run_list},
	    {"--diff", "IMAGE IMAGE", 2, false, run_diff},
	    {"--check", "IMAGE [-k KERNEL]", 1, true, run_check},
	    {"--why", "PATH IMAGE", 2, false, run_why},
	    {"--sizes", "IMAGE", 1, false, run_sizes},
	};
	size_t count = 0;

	if (argv[0] == NULL || argv[1] == NULL)
		return -1;
	while (argv[2 + count] != NULL)
		count++;
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
		if (strcmp(argv[1], views[i].name) != 0)
			continue;
		if (count == views[i].count ||
		    (views[i].has_kernel && count == views[i].count + 2 &&
		     parse_kernel_operand(argv + 2)))
			return views[i].run(argv + 2);
		message_warnx("usage: packer %s %s", argv[1], views[i].operands);
		return WRONG_USAGE;
	}
	return -1;
}
