/* SPDX-License-Identifier: MIT */
#include "image/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/scratch.h"
#include "host/memory.h"
#include "plan/plan.h"
#include "text.h"

/* Returns the entry's path relative to the top directory. */
static const char *
name_of(const struct plan_entry *entry)
{
	return entry->path + 1;
}

/* A tree under construction: `whole`, or the staging, which holds only entries for cpio. */
struct making {
	int top;
	bool whole;
	size_t nodes, owners; /* numbers of skipped ones, which need root */
};

/* A whole tree omits the early archive, which only the kernel reads. */
static bool
is_made(const struct making *making, const struct plan_entry *entry)
{
	return making->whole ? !entry->early : plan_is_staged(entry);
}

/*
 * Sets the owner of `fd` or, with `fd` -1, of the entry's path. Call it before setting the mode,
 * since chown(2) may clear bits of the mode.
 */
static int
set_owner(struct making *making, const struct plan_entry *entry, int fd)
{
	int result;

	if (!making->whole || (entry->uid == 0 && entry->gid == 0))
		return 0;
	if (fd >= 0)
		result = fchown(fd, entry->uid, entry->gid);
	else
		result = fchownat(making->top, name_of(entry), entry->uid, entry->gid,
				  AT_SYMLINK_NOFOLLOW);
	/* EINVAL: the user namespace has no such user. */
	if (result == 0 || (errno != EPERM && errno != EINVAL))
		return result;
	making->owners++;
	return 0;
}

static int
make_file(struct making *making, const struct plan_entry *entry)
{
	int fd = openat(making->top, name_of(entry), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int result = -1;

	if (fd < 0)
		return -1;
	if (entry->content != NULL)
		result = copy_bytes(fd, entry->content, entry->content_size);
	else
		result = copy_file(entry->source, fd, plan_size(entry));
	if (result == 0 && (result = set_owner(making, entry, fd)) == 0)
		result = fchmod(fd, making->whole ? entry->mode : plan_disk_mode(entry));
	int problem = errno;
	if (close(fd) != 0 && result == 0)
		return -1;
	errno = problem;
	return result;
}

static int
make_one(struct making *making, const struct plan_entry *entry)
{
	const char *name = name_of(entry);
	int result = -1;

	switch (entry->type) {
	case PLAN_DIR:
		result = mkdirat(making->top, name, 0700);
		break;
	case PLAN_LINK:
		result = symlinkat(entry->content, making->top, name);
		break;
	case PLAN_FILE:
		/* A hard link: loaders map the same file only once. */
		if (entry->first != entry)
			return linkat(making->top, name_of(entry->first), making->top, name, 0);
		return make_file(making, entry);
	case PLAN_NODE:
		result = mknodat(making->top, name, entry->node | entry->mode,
				 makedev(entry->major, entry->minor));
		if (result != 0 && errno == EPERM) {
			making->nodes++;
			return 0;
		}
		break;
	}
	return result == 0 ? set_owner(making, entry, -1) : result;
}

/* Sets modes and times of directories last, since a read-only directory cannot be filled. */
static int
set_modes(const struct plan *plan, const struct making *making)
{
	for (size_t i = plan->count; i-- > 0;) {
		const struct plan_entry *entry = plan->entries[i];
		const struct timespec times[2] = {{.tv_sec = entry->time}, {.tv_sec = entry->time}};
		uint32_t mode = making->whole ? entry->mode : plan_disk_mode(entry);
		if (!is_made(making, entry))
			continue;
		if (entry->type == PLAN_DIR &&
		    fchmodat(making->top, name_of(entry), mode, 0) != 0) {
			message_warn("cannot set the mode of %s", entry->path);
			return -1;
		}
		/* ENOENT: a node that was skipped. */
		if (making->whole &&
		    utimensat(making->top, name_of(entry), times, AT_SYMLINK_NOFOLLOW) != 0 &&
		    errno != ENOENT) {
			message_warn("cannot set the time of %s", entry->path);
			return -1;
		}
	}
	return 0;
}

/* ESTALE: the file grew or shrank while it was copied, so it is not the planned one. */
static void
report_failure(const char *top, const struct plan_entry *entry)
{
	if (interrupt_signal() != 0)
		return; /* not an error */
	if (errno == ESTALE && entry->source != NULL)
		message_warnx("cannot pack %s: it changed while being read", entry->source);
	else if (entry->source != NULL)
		message_warn("cannot copy %s to %s%s", entry->source, top, entry->path);
	else
		message_warn("cannot create %s%s", top, entry->path);
}

int
tree_make(const struct plan *plan, const char *top, bool whole)
{
	struct making making = {.top = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				.whole = whole};
	int result = 0;

	if (making.top < 0) {
		message_warn("cannot open %s", top);
		return -1;
	}
	for (size_t i = 0; i < plan->count && result == 0; i++) {
		if (interrupt_signal() != 0)
			result = -1;
		else if (is_made(&making, plan->entries[i]) &&
			 make_one(&making, plan->entries[i]) != 0) {
			report_failure(top, plan->entries[i]);
			result = -1;
		}
	}
	if (result == 0)
		result = set_modes(plan, &making);
	close(making.top);
	if (result == 0 && making.nodes > 0)
		message_warnx("cannot create %zu device node%s in the tree without root",
			      making.nodes, text_plural(making.nodes));
	if (result == 0 && making.owners > 0)
		message_warnx("cannot set %zu owner%s in the tree without root", making.owners,
			      text_plural(making.owners));
	return result;
}

void
tree_remove(const struct plan *plan, const char *top)
{
	int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; fd >= 0 && i < plan->count; i++)
		if (plan->entries[i]->type == PLAN_DIR && (plan->entries[i]->mode & 0700) != 0700)
			fchmodat(fd, name_of(plan->entries[i]), 0700, 0);
	for (size_t i = plan->count; fd >= 0 && i-- > 0;)
		unlinkat(fd, name_of(plan->entries[i]),
			 plan->entries[i]->type == PLAN_DIR ? AT_REMOVEDIR : 0);
	if (fd >= 0)
		close(fd);
	if (rmdir(top) != 0)
		message_warn("cannot remove %s", top);
}

/* Returns the total size of the staged files in bytes. */
static uint64_t
staged_size(const struct plan *plan)
{
	uint64_t size = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (plan_is_staged(plan->entries[i]))
			size += plan_size(plan->entries[i]);
	return size;
}

/*
 * Without TMPDIR, a small staging goes to memory: creating its hundred small files and links on a
 * disk takes longer than everything else.
 */
char *
tree_staging(const struct plan *plan)
{
	enum { SMALL = 4 * 1024 * 1024 };
	bool is_small = staged_size(plan) <= SMALL && access("/dev/shm", W_OK | X_OK) == 0;

	return scratch_make(is_small ? "/dev/shm" : "/tmp");
}

/* Returns the path without trailing slashes, to be freed. */
static char *
without_slashes(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return xasprintf("%.*s", (int)length, path);
}

/* Returns the problem of the place, or NULL. If errno is not 0, the caller reports it too. */
static const char *
check_place(const char *path, const char *name, const char *parent)
{
	struct stat found;
	struct dirent **names;

	errno = 0;
	if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "packer creates the tree; name a new directory";
	if (access(parent, W_OK | X_OK) != 0)
		return "its directory";
	if (lstat(path, &found) != 0)
		return errno == ENOENT ? NULL : "";
	errno = 0;
	if (!S_ISDIR(found.st_mode))
		return "it is not a directory";
	int count = scandir(path, &names, NULL, NULL);
	if (count < 0)
		return "";
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	errno = 0;
	return count <= 2 ? NULL : "the directory is not empty"; /* "." and ".." */
}

int
tree_check(const char *path)
{
	char *place = without_slashes(path), *slash = strrchr(place, '/');
	char *parent =
	    slash != NULL ? xasprintf("%.*s/", (int)(slash - place), place) : xstrdup(".");
	const char *problem = check_place(place, slash != NULL ? slash + 1 : place, parent);

	if (problem != NULL && errno != 0)
		message_warn("cannot use %s for the tree%s%s", path, problem[0] != '\0' ? ": " : "",
			     problem);
	else if (problem != NULL)
		message_warnx("cannot use %s for the tree: %s", path, problem);
	free(parent);
	free(place);
	return problem == NULL ? 0 : -1;
}

int
tree_write(const struct plan *plan, const char *path)
{
	char *place = without_slashes(path);
	char *top = xasprintf("%s.XXXXXX", place);
	free(place);
	int result = -1;
	if (mkdtemp(top) == NULL) {
		message_warn("cannot create a directory %s", top);
		free(top);
		return -1;
	}
	if (tree_make(plan, top, true) == 0 && (result = chmod(top, 0755) | rename(top, path)) != 0)
		message_warn("cannot create %s", path);
	if (result != 0)
		tree_remove(plan, top);
	free(top);
	return result;
}
