/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/join.h"
#include "mount_words.h"
#include "report/report.h"

static int
make_folders(const char *path)
{
	char copy[PATH_MAX];
	size_t length = strlen(path);

	if (length >= sizeof(copy)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(copy, path, length + 1);
	for (char *at = copy + 1;; at++) {
		char was = *at;
		if (was != '/' && was != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			return -1;
		if (was == '\0')
			return 0;
		*at = was;
	}
}

/* Polls for the node a hundred times a second: devtmpfs gives no notification. */
static bool
wait_for_device(const char *device, uint64_t seconds)
{
	enum { PAUSE_NS = 10 * 1000 * 1000 };
	uint64_t deadline = clock_now_ns() + seconds * SECOND_NS;

	if (access(device, F_OK) != 0)
		report_wait(device, seconds);
	while (access(device, F_OK) != 0) {
		if (clock_now_ns() >= deadline)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
	}
	return true;
}

static const char *
explain_error(const struct mount_words *mount, int problem)
{
	switch (problem) {
	case ENODEV:
		return "the kernel does not support this type: a module or option is missing";
	case EINVAL:
		return "it is not of this type, or an option is unknown";
	case ENOTBLK:
		return "it is not a block device";
	case ENOENT:
		return strncmp(mount->source, "/dev/", 5) == 0 ? strerror(problem)
							       : "no source of that name";
	case EACCES:
	case EROFS:
		return (mount->flags & MS_RDONLY) == 0
			   ? "it is read-only: add ro"
			   : "its journal must be replayed first: mount it without ro, or add "
			     "noload (xfs: norecovery)";
	default:
		return strerror(problem);
	}
}

static const char *
attach(const struct mount_words *mount_it)
{
	if (strncmp(mount_it->source, "/dev/", 5) == 0 &&
	    !wait_for_device(mount_it->source, mount_it->deadline_s))
		return "the device has not appeared: is its driver in the image?";
	if (make_folders(mount_it->target) != 0)
		return strerror(errno);
	if (mount(mount_it->source, mount_it->target, mount_it->type, mount_it->flags,
		  mount_it->data[0] != '\0' ? mount_it->data : NULL) != 0)
		return explain_error(mount_it, errno);
	/* A bind mount needs a second call to set flags. */
	if ((mount_it->flags & MS_BIND) != 0 &&
	    (mount_it->flags & ~(unsigned long)(MS_BIND | MS_REC | MS_SILENT)) != 0 &&
	    mount(NULL, mount_it->target, NULL, mount_it->flags | MS_REMOUNT, NULL) != 0)
		return strerror(errno);
	return NULL;
}

const char *
attach_mounts(const struct experiment_list *mounts)
{
	for (size_t i = 0; i < mounts->count; i++) {
		struct mount_words mount_it;
		/* The words were checked when they were parsed. */
		mount_words_read(&mount_it, mounts->values[i]);
		const char *problem = attach(&mount_it);
		if (problem != NULL)
			return JOIN("cannot mount ", mount_it.source, " at ", mount_it.target, ": ",
				    problem);
	}
	return NULL;
}
