/* SPDX-License-Identifier: MIT */
#include "run/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

const char *const capture_names[CAPTURE_STREAMS] = {"stdout", "stderr", "results"};

/*
 * The file system of the unnamed files of all runs; stays open, as an experiment may mount over it.
 */
static int folder = -1;
static bool tried;

static bool
open_folder(void)
{
	if (!tried)
		folder = open("/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tried = true;
	return folder >= 0;
}

/* Makes an append-only file; -1 if the kernel does not support these in memory. */
static int
open_bounded(void)
{
	int append = FS_APPEND_FL;
	int fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0666);

	if (fd >= 0 && ioctl(fd, FS_IOC_SETFLAGS, &append) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
open_sealed(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (fcntl(fd, F_SETFL, O_APPEND) == 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0)
		return fd;
	close(fd);
	return -1;
}

int
capture_open(struct capture *capture)
{
	*capture = (struct capture){{-1, -1, -1}, open_folder()};
	for (int i = 0; i < CAPTURE_STREAMS; i++) {
		if (capture->bounded && (capture->files[i] = open_bounded()) < 0) {
			close(folder);
			folder = -1;
			capture->bounded = false;
		}
		if (!capture->bounded && (capture->files[i] = open_sealed(capture_names[i])) < 0) {
			int problem = errno;
			capture_close(capture);
			errno = problem;
			return -1;
		}
	}
	return 0;
}

bool
capture_is_full(const struct capture *capture)
{
	struct statfs system;

	return capture->bounded && fstatfs(capture->files[0], &system) == 0 && system.f_bfree == 0;
}

void
capture_close(struct capture *capture)
{
	for (int i = 0; i < CAPTURE_STREAMS; i++)
		if (capture->files[i] >= 0)
			close(capture->files[i]);
}
