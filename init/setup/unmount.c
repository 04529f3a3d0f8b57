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

/* Set by the child, and read by init after its end. */
static const char *failed_targets;
static int problem;

/* Reads the word at *line and advances past it; decodes escapes like "\040" (proc(5)) in place. */
static char *
next_word(char **line)
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

/*
 * Parses a line of /proc/mounts: SOURCE TARGET TYPE and more. Returns the target, or NULL for
 * init's own file systems.
 */
static char *
foreign_target(char *line)
{
	next_word(&line);
	char *target = next_word(&line);

	return mounts_is_own(target, next_word(&line)) ? NULL : target;
}

/*
 * Calls `each` for every line of a file below /proc, in reverse order. Returns the number of calls
 * that return true.
 */
static size_t
count_lines_reversed(const char *path, bool (*each)(char *line))
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
	return foreign_target(line) != NULL;
}

static bool
stop_swap(char *line)
{
	return swapoff(next_word(&line)) == 0;
}

static bool
try_unmount(char *line)
{
	const char *target = foreign_target(line);

	return target != NULL && umount2(target, UMOUNT_NOFOLLOW) == 0;
}

static bool
make_read_only(char *line)
{
	const char *target = foreign_target(line);

	if (target == NULL || mount(NULL, target, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0)
		return false;
	problem = errno;
	failed_targets =
	    strdup(failed_targets != NULL ? JOIN(failed_targets, ", ", target) : target);
	return true;
}

/* A mounted loop device is freed when it is unmounted (drivers/block/loop.c). */
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
	count_lines_reversed("swaps", stop_swap);
	free_loop_devices();
	/* A file system mounted in or over another does not always come later, so this repeats. */
	while (count_lines_reversed("1/mounts", try_unmount) > 0)
		;
	count_lines_reversed("1/mounts", make_read_only);
	return 0;
}

/* Reading /proc/mounts costs 50,000 instructions, twice as much as everything else at the end. */
static bool
has_disks(void)
{
	char text[128];

	file_read_at(stray_proc(), "partitions", text, sizeof(text));
	/* An empty line follows the header. */
	char *first = file_line(text, "\n");
	return first != NULL && *first != '\0';
}

void
unmount_all(bool mounted, void (*failed)(const char *what, int error))
{
	if (!(mounted || has_disks()) || count_lines_reversed("1/mounts", is_foreign) == 0)
		return;
	if (!helper_run(unmount, NULL))
		failed("cannot unmount: a disk does not answer", 0);
	else if (failed_targets != NULL)
		failed(JOIN("cannot unmount ", failed_targets), problem);
}
