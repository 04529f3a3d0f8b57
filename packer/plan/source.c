/* SPDX-License-Identifier: MIT */
#include "plan/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "host/follow.h"
#include "host/memory.h"

/* Resolves the rest of `follow`. Returns the resulting path, to be freed, or NULL with errno. */
static char *
walk_path(const struct source *source, struct follow *follow, struct stat *stat)
{
	char target[PATH_MAX];
	int moved;

	while ((moved = follow_step(follow)) > 0) {
		ssize_t got = readlink(follow->done, target, PATH_MAX - 1);
		if (got < 0 && errno == EINVAL)
			continue; /* no link */
		if (got < 0)
			return NULL;
		target[got] = '\0';
		if (follow_link(follow, target) != 0)
			return NULL;
		if (target[0] == '/')
			return source_real(source, follow->rest, stat);
	}
	return moved == 0 && lstat(follow->done, stat) == 0 ? xstrdup(follow->done) : NULL;
}

/*
 * With a tree of another system: follows a link of this machine up to the first absolute target,
 * and continues in the tree.
 */
static char *
walk_from_here(const struct source *source, const char *from, struct stat *stat)
{
	const char *name = strrchr(from, '/');
	char *parent = xasprintf("%.*s/", (int)(name - from), from);
	char *folder = realpath(parent, NULL);
	char *path = folder != NULL ? xasprintf("%s%s", folder, name) : NULL, *real = NULL;
	struct follow follow;

	if (path != NULL && follow_start(&follow, path) == 0)
		real = walk_path(source, &follow, stat);
	free(parent);
	free(folder);
	free(path);
	return real;
}

/* Returns whether `path` on this machine is in the tree of another system. */
static bool
source_is_in_tree(const struct source *source, const char *path)
{
	size_t length = strlen(source->root);

	return length > 0 && strncmp(path, source->root, length) == 0 && path[length] == '/';
}

/* Returns whether ".." in `path` leads out of the starting directory. */
static bool
climbs_out(const char *path)
{
	int depth = 0;

	for (const char *at = path + strspn(path, "/"); *at != '\0' && depth >= 0;
	     at += strspn(at, "/")) {
		size_t length = strcspn(at, "/");
		if (length == 2 && strncmp(at, "..", 2) == 0)
			depth--;
		else if (length != 1 || *at != '.')
			depth++;
		at += length;
	}
	return depth < 0;
}

/*
 * Resolves `path` as realpath(3) does, but once it enters the tree of another system, no link leads
 * out of that tree.
 */
static char *
walk_into(const struct source *source, const char *path, struct stat *stat)
{
	char target[PATH_MAX];
	struct follow follow;
	int moved = -1;

	if (follow_start(&follow, path) == 0)
		while ((moved = follow_step(&follow)) > 0) {
			if (strcmp(follow.done, source->root) == 0 && !climbs_out(follow.rest))
				return source_real(source, follow.rest, stat);
			ssize_t got = readlink(follow.done, target, PATH_MAX - 1);
			if (got < 0 && errno == EINVAL)
				continue; /* no link */
			if (got < 0)
				return NULL;
			target[got] = '\0';
			if (follow_link(&follow, target) != 0)
				return NULL;
		}
	return moved == 0 && lstat(follow.done, stat) == 0 ? xstrdup(follow.done) : NULL;
}

char *
source_there(const struct source *source, const char *path, struct stat *stat)
{
	char here[PATH_MAX], *real = NULL;

	if (source->root[0] == '\0') {
		/* Most firmware is missing, and realpath() reads each component as a link. */
		if (access(path, F_OK) != 0)
			return NULL;
		real = realpath(path, NULL);
		if (real != NULL && lstat(real, stat) == 0)
			return real;
		free(real);
		return NULL;
	}
	if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return NULL;
	char *absolute = path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", here, path);
	real = walk_into(source, absolute, stat);
	free(absolute);
	return real;
}

char *
source_resolve(const struct source *source, const char *path)
{
	struct stat stat;

	if (source->root[0] == '\0')
		return access(path, F_OK) == 0 ? xstrdup(path) : NULL;
	char *real = source_there(source, path, &stat);
	if (real == NULL || source_is_in_tree(source, real))
		return real;
	free(real);
	return xstrdup(path);
}

char *
source_link(const struct source *source, const char *from, struct stat *stat)
{
	if (source->root[0] == '\0' || source_is_in_tree(source, from))
		return source_there(source, from, stat);
	return walk_from_here(source, from, stat);
}

struct list {
	char **names;
	size_t count;
};

/* Appends `name`, which the list owns; NULL ends the list. */
static void
append_name(struct list *list, char *name)
{
	list->names = xgrow(list->names, list->count, sizeof(*list->names));
	list->names[list->count++] = name;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
source_list(const struct source *source, const char *path)
{
	struct list list = {.count = 0};
	struct stat stat;
	char *real = source_there(source, path, &stat);
	DIR *directory = real != NULL ? opendir(real) : NULL;
	struct dirent *entry;

	free(real);
	if (directory == NULL)
		return NULL;
	while (errno = 0, (entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.')
			append_name(&list, xstrdup(entry->d_name));
	int problem = errno;
	closedir(directory);
	if (list.count > 0)
		qsort(list.names, list.count, sizeof(*list.names), by_bytes);
	append_name(&list, NULL);
	if (problem == 0)
		return list.names;
	source_list_free(list.names);
	errno = problem;
	return NULL;
}

/*
 * Appends the paths that start with `done`, a path without wildcards, and continue with a match of
 * `pattern`. Returns 0, or -1 with errno.
 */
static int
expand_pattern(const struct source *source, const char *folder, const char *done,
	       const char *pattern, struct list *list)
{
	/* Without a wildcard, the rest is one part. */
	size_t length = strcspn(pattern, pattern[strcspn(pattern, "*?[")] != '\0' ? "/" : "");
	char *part = xasprintf("%.*s", (int)length, pattern),
	     *path = xasprintf("%s/%s", folder, done);
	char *const one[] = {part, NULL};
	bool is_pattern = strpbrk(part, "*?[") != NULL;
	char **names = is_pattern ? source_list(source, path) : NULL;
	int result = !is_pattern || names != NULL || errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	struct stat stat;

	for (char *const *name = is_pattern ? names : one;
	     name != NULL && *name != NULL && result == 0; name++) {
		if (is_pattern && fnmatch(part, *name, 0) != 0)
			continue;
		char *next = xasprintf("%s%s%s", done, *name, pattern[length] == '/' ? "/" : "");
		if (pattern[length] == '/') {
			result = expand_pattern(source, folder, next, pattern + length + 1, list);
			free(next);
			continue;
		}
		char *whole = xasprintf("%s/%s", folder, next),
		     *real = source_there(source, whole, &stat);
		if (real != NULL)
			append_name(list, next);
		else
			free(next);
		free(real);
		free(whole);
	}
	source_list_free(names);
	free(path);
	free(part);
	return result;
}

char **
source_glob(const struct source *source, const char *folder, const char *pattern)
{
	struct list list = {.count = 0};
	int result = expand_pattern(source, folder, "", pattern, &list), problem = errno;

	append_name(&list, NULL);
	if (result == 0)
		return list.names;
	source_list_free(list.names);
	errno = problem;
	return NULL;
}

void
source_list_free(char **names)
{
	for (char **name = names; name != NULL && *name != NULL; name++)
		free(*name);
	free(names);
}

char *
source_path(const struct source *source, const char *path)
{
	return xasprintf("%s%s", source->root, path);
}

char *
source_root(const char *directory)
{
	char *root = realpath(directory, NULL);
	struct stat found;

	if (root != NULL && (stat(root, &found) != 0 || !S_ISDIR(found.st_mode))) {
		free(root);
		errno = ENOTDIR;
		return NULL;
	}
	if (root != NULL && strcmp(root, "/") == 0)
		root[0] = '\0';
	return root;
}

bool
source_is_here(const struct source *source, const char *path)
{
	return source->root[0] == '\0' || path[0] != '/';
}

void
source_release(struct source_found *found)
{
	for (size_t i = 0; i < found->count; i++) {
		free(found->steps[i].path);
		free(found->steps[i].target);
	}
	free(found->steps);
	free(found->path);
	*found = (struct source_found){.path = NULL};
}

/*
 * Looks up follow->done in the source. Returns 0 with found->stat and, for a link, `target`; or -1
 * with errno.
 */
static int
look_up_step(const struct source *source, struct source_found *found, const struct follow *follow,
	     char target[PATH_MAX])
{
	char path[2 * PATH_MAX];
	size_t root = strlen(source->root), length = strlen(follow->done);

	if (root + length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, source->root, root);
	memcpy(path + root, follow->done, length + 1);
	if (lstat(path, &found->stat) != 0)
		return -1;
	if (S_ISLNK(found->stat.st_mode)) {
		ssize_t got = readlink(path, target, PATH_MAX - 1);
		if (got < 0)
			return -1;
		target[got] = '\0';
	}
	found->steps = xgrow(found->steps, found->count, sizeof(*found->steps));
	found->steps[found->count++] = (struct source_step){
	    .path = xstrdup(follow->done),
	    .target = S_ISLNK(found->stat.st_mode) ? xstrdup(target) : NULL,
	};
	return 0;
}

/* Does the same for the planned entry found->entry. */
static void
look_up_planned(struct source_found *found, char target[PATH_MAX])
{
	found->stat = (struct stat){.st_mode = plan_type_bits(found->entry) | found->entry->mode};
	if (found->entry->type == PLAN_LINK)
		strcpy(target, found->entry->content);
}

/*
 * Returns whether a single system call can show that `path` is missing, as most names are in most
 * directories. Not below another root, where the kernel would follow absolute links to files of
 * this machine.
 */
static bool
is_missing(const struct source *source, const struct plan *plan, const char *path)
{
	return source->root[0] == '\0' && !plan->differs &&
	       faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
}

int
source_find(const struct source *source, const struct plan *plan, const char *path,
	    struct source_found *found)
{
	struct follow follow;
	char target[PATH_MAX];

	*found = (struct source_found){.stat.st_mode = S_IFDIR | 0755};
	if (is_missing(source, plan, path))
		return -1;
	int moved = follow_start(&follow, path);
	while (moved == 0 && (moved = follow_step(&follow)) > 0) {
		found->entry = plan_find(plan, follow.done);
		if (found->entry != NULL)
			look_up_planned(found, target);
		else if (look_up_step(source, found, &follow, target) != 0)
			goto fail;
		moved = 0;
		if (S_ISLNK(found->stat.st_mode)) {
			moved = follow_link(&follow, target);
		} else if (!S_ISDIR(found->stat.st_mode) && follow.rest[0] != '\0') {
			errno = ENOTDIR;
			goto fail;
		}
	}
	if (moved == 0 && follow.directory && S_ISREG(found->stat.st_mode)) {
		errno = ENOTDIR;
		goto fail;
	}
	if (moved != 0)
		goto fail;
	found->path = xstrdup(follow.done);
	/* After a final "..", the last looked-up component is not the result. */
	found->entry = plan_find(plan, follow.done);
	if (follow.done[0] == '\0' || S_ISLNK(found->stat.st_mode) ||
	    (found->entry != NULL && found->entry->type == PLAN_DIR))
		found->stat.st_mode = S_IFDIR | 0755;
	return 0;
fail:
	moved = errno;
	source_release(found);
	errno = moved;
	return -1;
}

char *
source_real(const struct source *source, const char *path, struct stat *stat)
{
	static const struct plan none = {.count = 0};
	struct source_found found;

	if (source_find(source, &none, path, &found) != 0)
		return NULL;
	char *real = source_path(source, found.path[0] != '\0' ? found.path : "/");
	source_release(&found);
	if (lstat(real, stat) == 0)
		return real;
	free(real);
	return NULL;
}

/* Returns whether the kernel generates the file's content, as in /proc. Such files have no blocks.
 */
static bool
is_generated(const char *path, const struct stat *stat)
{
	static const unsigned long magics[] = {
	    PROC_SUPER_MAGIC,	 SYSFS_MAGIC,	     DEBUGFS_MAGIC,
	    TRACEFS_MAGIC,	 CGROUP_SUPER_MAGIC, SECURITYFS_MAGIC,
	    CGROUP2_SUPER_MAGIC, EFIVARFS_MAGIC,     0x62656570 /* configfs */};
	struct statfs system;

	if (stat->st_blocks != 0 || statfs(path, &system) != 0)
		return false;
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if ((unsigned long)system.f_type == magics[i])
			return true;
	return false;
}

bool
source_is_replaced(const struct source *source, const struct stat *stat)
{
	return file_id_is(source->replaced[0], stat) || file_id_is(source->replaced[1], stat);
}

int
source_check(const struct source *source, const char *path, const struct stat *stat)
{
	if (source_is_replaced(source, stat))
		return ETXTBSY;
	if (!S_ISREG(stat->st_mode))
		return EOPNOTSUPP;
	if (stat->st_size > UINT32_MAX)
		return EFBIG;
	return is_generated(path, stat) ? ENODATA : 0;
}

void
source_set_mode(const struct source *source, struct plan_entry *entry, const struct stat *stat)
{
	enum { ASSIGNED = 100 }; /* Debian Policy, 9.2.2; LSB 3.1, 21.1 */
	/* In a tree that a user unpacked without root, all files belong to that user. */
	bool is_own = source->root[0] != '\0' && stat->st_uid == geteuid();
	uint32_t uid = is_own ? 0 : stat->st_uid, gid = is_own ? 0 : stat->st_gid;

	entry->mode = stat->st_mode & 07777;
	if ((entry->mode & S_ISUID) != 0 && uid >= ASSIGNED)
		entry->dropped |= S_ISUID;
	else if ((entry->mode & S_ISUID) != 0)
		entry->uid = uid;
	if ((entry->mode & S_ISGID) != 0 && gid >= ASSIGNED)
		entry->dropped |= S_ISGID;
	else if ((entry->mode & S_ISGID) != 0)
		entry->gid = gid;
	entry->mode &= ~entry->dropped;
}

/* Plans one step of the way to `found`. */
static struct plan_entry *
add_one(const struct source *source, struct plan *plan, const struct source_found *found,
	const struct source_step *step, struct plan_why why)
{
	struct plan_entry entry = {
	    .path = step->path, .type = PLAN_DIR, .rank = PLAN_IMPLIED, .mode = 0755};
	bool is_file = strcmp(step->path, found->path) == 0 && !S_ISDIR(found->stat.st_mode);
	char *on_disk = NULL;

	if (step->target != NULL) {
		entry.type = PLAN_LINK;
		entry.rank = PLAN_GIVEN;
		entry.mode = 0777;
		entry.content = step->target;
	} else if (is_file) {
		on_disk = source_path(source, step->path);
		int problem = source_check(source, on_disk, &found->stat);
		if (problem != 0) {
			free(on_disk);
			errno = problem;
			return NULL;
		}
		entry.type = PLAN_FILE;
		entry.rank = PLAN_GIVEN;
		source_set_mode(source, &entry, &found->stat);
		entry.source = on_disk;
		entry.stat = found->stat;
		entry.in_place = true;
	}
	struct plan_entry *added = plan_add(plan, &entry, why);
	free(on_disk);
	return added;
}

/* Returns whether the source has a different file at the path of a moved entry. */
static bool
hides_other(const struct source *source, const struct plan_entry *entry)
{
	struct stat own;
	char *real = entry->moved ? source_real(source, entry->path, &own) : NULL;
	bool does = real != NULL && !file_id_is(file_id(&own), &entry->stat);

	free(real);
	return does;
}

struct plan_entry *
source_add(const struct source *source, struct plan *plan, const struct source_found *found,
	   struct plan_why why)
{
	/* Each step comes after its parent and after the links that lead to it. */
	for (size_t i = 0; i < found->count; i++)
		if (add_one(source, plan, found, &found->steps[i], why) == NULL)
			return NULL;
	struct plan_entry *entry = plan_find(plan, found->path);
	if (entry == NULL)
		errno = EISDIR;
	/* A file that was planned before gets another reason, unless it hides a different file. */
	else if (entry->type != PLAN_DIR && found->entry != NULL) {
		if (!hides_other(source, entry))
			return plan_add(plan, entry, why);
		errno = EEXIST;
		entry = NULL;
	}
	return entry;
}

struct plan_entry *
source_add_moved(const struct source *source, struct plan *plan, const char *real,
		 const struct stat *stat, const char *path, struct plan_why why)
{
	char *located = plan_locate(plan, path),
	     *same = located != NULL ? source_path(source, located) : NULL;
	struct plan_entry wanted = {
	    .path = located, .type = PLAN_FILE, .rank = PLAN_GIVEN, .source = real, .stat = *stat};
	struct plan_entry *entry = NULL;
	int problem = located != NULL ? source_check(source, real, stat) : errno;

	wanted.in_place = same != NULL && strcmp(same, real) == 0;
	wanted.moved = !wanted.in_place;
	plan->differs |= wanted.moved;
	source_set_mode(source, &wanted, stat);
	plan_share_mode(&wanted);
	errno = problem;
	if (problem == 0 && plan_add_parents(plan, located, why) == 0)
		entry = plan_add(plan, &wanted, why);
	free(located);
	free(same);
	return entry;
}

const char *
source_problem(int problem)
{
	switch (problem) {
	case EFBIG:
		return "newc archives hold files of less than 4 GiB";
	case EOPNOTSUPP:
		return "it is not a regular file, directory or link; in a manifest, node makes a "
		       "device or pipe, and "
		       "filter leaves it out of a tree";
	case ENODATA:
		return "its size is unknown until it is read; copy it to a file and pack that";
	case ETXTBSY:
		return "it is an output of this command";
	case EEXIST:
		return "something else is planned at its path";
	case EISDIR:
		return "the root directory as a whole cannot be packed";
	default:
		return strerror(problem);
	}
}
