/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <unistd.h>

#include "base/files.h"
#include "base/join.h"
#include "run/helper.h"
#include "run/stray.h"

/* Set by the child, for init to read after its end. */
static const char *where;
static int problem;

/*
 * The word at *line, which then is behind it, with proc(5)'s "\040" and the like undone in place.
 */
static char *
take_word(char **line)
{
	char *word = *line, *to = word, *at = word;

	for (; *at != '\0' && *at != ' ' && *at != '\t' && *at != '\n'; at++) {
		*to = *at;
		if (*at == '\\' && at[1] != '\0' && at[2] != '\0' && at[3] != '\0') {
			*to = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
			at += 3;
		}
		to++;
	}
	*line = *at != '\0' ? at + 1 : at;
	*to = '\0';
	return word;
}

/* /proc/mounts: SOURCE TARGET TYPE and more. Returns the target, or NULL for what is init's own. */
static char *
take_target(char *line)
{
	take_word(&line);
	char *target = take_word(&line);

	return mounts_is_own(target, take_word(&line)) ? NULL : target;
}

/*
 * Calls `each` for every line of a file below /proc, from the last on. Returns how many say true.
 */
static size_t
from_last(const char *path, bool (*each)(char *line))
{
	size_t length, count = 0;
	char *text = file_read_all_at(stray_proc(), path, 1 << 24, &length);

	while (text != NULL && length > 0) {
		text[--length] = '\0';
		while (length > 0 && text[length - 1] != '\n')
			length--;
		count += each(text + length);
	}
	free(text);
	return count;
}

static bool
is_foreign(char *line)
{
	return take_target(line) != NULL;
}

static bool
stop_swap(char *line)
{
	return swapoff(take_word(&line)) == 0;
}

static bool
try_unmount(char *line)
{
	const char *target = take_target(line);

	return target != NULL && umount2(target, UMOUNT_NOFOLLOW) == 0;
}

static bool
make_read_only(char *line)
{
	const char *target = take_target(line);

	if (target == NULL || mount(NULL, target, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0)
		return false;
	problem = errno;
	where = strdup(where != NULL ? JOIN(where, ", ", target) : target);
	return true;
}

/* Of one that is mounted the file is let go when that ends (drivers/block/loop.c). */
static void
free_loop_devices(void)
{
	DIR *all = opendir("/sys/block");
	struct dirent *entry;

	while (all != NULL && (entry = readdir(all)) != NULL) {
		if (strncmp(entry->d_name, "loop", 4) != 0)
			continue;
		int fd = open(JOIN("/dev/", entry->d_name), O_RDONLY | O_CLOEXEC);
		ioctl(fd, LOOP_CLR_FD, 0);
		close(fd);
	}
	if (all != NULL)
		closedir(all);
}

static int
unmount(void *unused)
{
	(void)unused;
	from_last("swaps", stop_swap);
	free_loop_devices();
	/* What is mounted within another, or over it, is not always the later one. */
	while (from_last("1/mounts", try_unmount) > 0)
		;
	from_last("1/mounts", make_read_only);
	return 0;
}

/* To read /proc/mounts costs 50,000 instructions, twice what all else at the end does. */
static bool
has_disks(void)
{
	char text[128];

	file_read_at(stray_proc(), "partitions", text, sizeof(text));
	/* An empty line is behind the head. */
	char *first = file_line(text, "\n");
	return first != NULL && *first != '\0';
}

void
unmount_all(bool mounted, void (*failed)(const char *what, int error))
{
	if (!(mounted || has_disks()) || from_last("1/mounts", is_foreign) == 0)
		return;
	if (!helper_run(unmount, NULL))
		failed("cannot unmount: a disk does not answer", 0);
	else if (where != NULL)
		failed(JOIN("cannot unmount ", where), problem);
}
