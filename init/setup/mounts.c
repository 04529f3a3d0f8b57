/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/files.h"
#include "text.h"

/* Tests override this with a nonexistent type: no command line removes devtmpfs from a kernel. */
#ifndef INIT_DEV_FSTYPE
#define INIT_DEV_FSTYPE "devtmpfs"
#endif

struct file_system {
	const char *type;
	const char *at;
	unsigned long flags;
	const char *options;
};

enum { DEV = 2, DEV_FALLBACK, AFTER_DEV, OWN = 7 };

/*
 * /tmp is not mounted: a mount would hide files of the image. gid 5 is tty in the image's
 * /etc/group.
 */
static const struct file_system own[OWN] = {
    {"proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
    {"sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
    [DEV] = {INIT_DEV_FSTYPE, "/dev", MS_NOSUID, "mode=0755"},
    [DEV_FALLBACK] = {"tmpfs", "/dev", MS_NOSUID, "mode=0755"},
    [AFTER_DEV] = {"devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,gid=5,ptmxmode=0666"},
    {"tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777"},
    {"tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755,size=25%"},
};

static const struct {
	const char *target, *name;
} links[] = {
    {"/proc/self/fd", "/dev/fd"},	  {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"},	  {"/proc/self/fd/2", "/dev/stderr"},
    {"../proc/self/mounts", "/etc/mtab"},
};

static const struct {
	const char *name;
	mode_t mode;
	unsigned major, minor;
} nodes[] = {
    {"console", 0600, 5, 1}, {"null", 0666, 1, 3},   {"zero", 0666, 1, 5},
    {"full", 0666, 1, 7},    {"random", 0666, 1, 8}, {"urandom", 0666, 1, 9},
    {"tty", 0666, 5, 0},     {"ptmx", 0666, 5, 2},   {"kmsg", 0600, 1, 11},
};

/*
 * Returns 0 also if it is mounted already: the kernel mounts some itself if it has a root device.
 */
static int
mount_file_system(const struct file_system *fs)
{
	/* A new /dev has no folders; packer makes the others. */
	if (strncmp(fs->at, "/dev/", strlen("/dev/")) == 0)
		mkdir(fs->at, 0755);
	int result = mount(fs->type, fs->at, fs->type, fs->flags, fs->options);
	if (result != 0 && errno == ENOENT && mkdir(fs->at, 0755) == 0)
		result = mount(fs->type, fs->at, fs->type, fs->flags, fs->options);
	return result == 0 || errno == EBUSY ? 0 : -1;
}

/* Makes the node /dev/NAME and its parent folders. */
static void
make_node(const char *name, mode_t mode, dev_t number)
{
	char path[256];
	struct text t = text_in(path, sizeof(path));

	text_string(&t, "/dev/");
	for (; *name != '\0'; name++) {
		if (*name == '/') {
			text_char(&t, '\0');
			if (t.full)
				return;
			mkdir(path, 0755);
			t.used--;
		}
		text_char(&t, *name);
	}
	text_char(&t, '\0');
	if (!t.full)
		mknod(path, mode, number);
}

/*
 * `number` is MAJOR:MINOR, the name of a folder whose uevent file has the device's name in
 * devtmpfs.
 */
static void
node_from_sysfs(const char *folder, mode_t type, const char *number)
{
	char path[64], uevent[1024], *name;
	struct text t = text_in(path, sizeof(path));
	char *colon = strchr(number, ':');
	uint64_t major, minor;
	char digits[16];

	if (colon == NULL || (size_t)(colon - number) >= sizeof(digits))
		return;
	memcpy(digits, number, (size_t)(colon - number));
	digits[colon - number] = '\0';
	if (text_parse_number(digits, UINT32_MAX, &major) != 0 ||
	    text_parse_number(colon + 1, UINT32_MAX, &minor) != 0)
		return;
	text_string(&t, folder);
	text_string(&t, number);
	text_string(&t, "/uevent");
	text_char(&t, '\0');
	if (t.full || file_read(path, uevent, sizeof(uevent)) < 0)
		return;
	for (name = uevent; strncmp(name, "DEVNAME=", strlen("DEVNAME=")) != 0;
	     name += *name == '\n')
		if (*(name += strcspn(name, "\n")) == '\0')
			return;
	name += strlen("DEVNAME=");
	name[strcspn(name, "\n")] = '\0';
	make_node(name, type | 0600, makedev((unsigned)major, (unsigned)minor));
}

static void
nodes_from_sysfs(const char *folder, mode_t type)
{
	DIR *all = opendir(folder);
	struct dirent *entry;

	while (all != NULL && (entry = readdir(all)) != NULL)
		node_from_sysfs(folder, type, entry->d_name);
	if (all != NULL)
		closedir(all);
}

static void
make_nodes(void)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		make_node(nodes[i].name, S_IFCHR | nodes[i].mode,
			  makedev(nodes[i].major, nodes[i].minor));
	nodes_from_sysfs("/sys/dev/char/", S_IFCHR);
	nodes_from_sysfs("/sys/dev/block/", S_IFBLK);
}

static void
mount_all(size_t from, size_t end, void (*failed)(const char *, int))
{
	for (size_t i = from; i < end; i++)
		if (mount_file_system(&own[i]) != 0)
			failed(own[i].at, errno);
}

bool
mounts_is_own(const char *at, const char *type)
{
	bool is_own = strcmp(at, "/") == 0 && strcmp(type, "rootfs") == 0;

	for (size_t i = 0; i < OWN; i++)
		is_own |= strcmp(at, own[i].at) == 0 && strcmp(type, own[i].type) == 0;
	return is_own;
}

void
mounts_make(void (*failed)(const char *what, int error))
{
	umask(0);
	/*
	 * pivot_root(2), used by containers, cannot exchange the root of all mounts, to which the
	 * image was unpacked. So the root is bind-mounted over itself; ".." at the old root is the
	 * new one.
	 */
	if (mount("/", "/", NULL, MS_BIND | MS_REC, NULL) != 0 || chdir("/..") != 0 ||
	    chroot(".") != 0)
		failed("/", errno);
	mount_all(0, DEV, failed);
	if (mount_file_system(&own[DEV]) != 0) {
		mount_all(DEV_FALLBACK, AFTER_DEV, failed);
		make_nodes();
	}
	mount_all(AFTER_DEV, OWN, failed);
	mkdir("/tmp", 01777);
	mkdir("/etc", 0755);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i].target, links[i].name) != 0 && errno != EEXIST)
			failed(links[i].name, errno);
}
