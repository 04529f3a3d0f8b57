/* SPDX-License-Identifier: MIT */
#include "trace/trace_event.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/memory.h"
#include "trace/traced.h"

/* Reads the state of a stopped process: its memory, and the meaning of its paths. */

/* Reads bytes of its memory. Returns 0, or -1 if they are not mapped. */
static int
tracee_read(pid_t pid, uint64_t address, void *bytes, size_t size)
{
	struct iovec local = {bytes, size}, remote = {(void *)(uintptr_t)address, size};

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size ? 0 : -1;
}

/* Reads a string that ends within PATH_MAX bytes. Returns 0, or -1. */
static int
tracee_string(pid_t pid, uint64_t address, char string[PATH_MAX])
{
	const size_t page = 4096; /* or a multiple of it: the next page may be unmapped */

	for (size_t used = 0; used < PATH_MAX;) {
		size_t size = page - (size_t)((address + used) % page);
		size = size < PATH_MAX - used ? size : PATH_MAX - used;
		if (tracee_read(pid, address + used, string + used, size) != 0)
			return -1;
		if (memchr(string + used, '\0', size) != NULL)
			return 0;
		used += size;
	}
	return -1;
}

/* The target of a link in the process's folder in /proc, to be freed; NULL: none. */
static char *
read_link(pid_t pid, const char *name)
{
	char *path = xasprintf("/proc/%d/%s", (int)pid, name), target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	free(path);
	if (length <= 0 || target[0] != '/')
		return NULL;
	target[length] = '\0';
	return xstrdup(target);
}

static char *
read_descriptor(pid_t pid, int descriptor)
{
	char name[32];

	snprintf(name, sizeof(name), "fd/%d", descriptor);
	return read_link(pid, name);
}

/* Returns whether its root is this machine's. */
static bool
tracee_is_at_root(pid_t pid)
{
	char *root = read_link(pid, "root");
	bool is = root == NULL || strcmp(root, "/") == 0;

	free(root);
	return is;
}

/*
 * Resolves `path` of the process to a path from this machine's root, to be freed. Relative ones
 * begin at its open directory `descriptor` or, with AT_FDCWD, at its current one; NULL if that has
 * no path. Links are not followed.
 */
static char *
tracee_path(pid_t pid, int descriptor, const char *path)
{
	char *start, *whole = NULL;

	if (path[0] == '/')
		start = read_link(pid, "root");
	else if (descriptor == AT_FDCWD)
		start = read_link(pid, "cwd");
	else
		start = read_descriptor(pid, descriptor);
	if (start != NULL && strcmp(start, "/") == 0)
		start[0] = '\0';
	if (start != NULL)
		whole =
		    xasprintf("%s%s%s", start, path[0] == '/' || path[0] == '\0' ? "" : "/", path);
	free(start);
	return whole;
}

/* The path of its descriptor, to be freed; NULL if it has none or was removed. */
static char *
tracee_descriptor(pid_t pid, int descriptor)
{
	char *path = read_descriptor(pid, descriptor);
	struct stat found;

	/* The kernel appends " (deleted)" to the names of removed files. */
	if (path != NULL && lstat(path, &found) != 0) {
		free(path);
		return NULL;
	}
	return path;
}

char *
tracee_name(pid_t pid)
{
	char *path = xasprintf("/proc/%d/status", (int)pid), name[64] = "", line[256];
	FILE *file = fopen(path, "re");
	int group = -1;

	free(path);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Name: %63[^\n]", name) != 1 &&
		    sscanf(line, "Tgid: %d", &group) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return group == pid ? xstrdup(name) : NULL;
}

/*
 * Resolves `path` on this machine, to be freed; with `follow` false a link in the last component is
 * not followed. NULL with errno if a directory on the way does not exist; a missing last component
 * is accepted.
 */
static char *
tracee_real(const char *path, bool follow)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	bool is_name =
	    slash != NULL && name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
	char *real = NULL;

	if (follow || !is_name)
		real = realpath(path, NULL);
	if (real != NULL || !is_name || (follow && errno != ENOENT))
		return real;
	char *directory = xasprintf("%.*s", slash > path ? (int)(slash - path) : 1, path);
	char *above = realpath(directory, NULL);
	if (above != NULL)
		real = xasprintf("%s/%s", strcmp(above, "/") == 0 ? "" : above, name);
	free(above);
	free(directory);
	return real;
}

/*
 * The system calls by which programs access files: their numbers, and the roles of their arguments.
 * Data, and pure.
 */

enum { NONE = TRACE_NONE, AT = AT_SYMLINK_NOFOLLOW };

/*
 * Sources: arch/x86/entry/syscalls, include/uapi/asm-generic/unistd.h and
 * arch/arm/tools/syscall.tbl of the kernel. Numbers never change.
 */
const struct trace_call trace_calls[] = {
    /* name x86_64 i386 arm64 arm; directory path flags */
    {"open", {2, 5, NONE, 5}, TRACE_OPEN, NONE, 0, 1, NONE, NONE, O_NOFOLLOW},
    {"openat", {257, 295, 56, 322}, TRACE_OPEN, 0, 1, 2, NONE, NONE, O_NOFOLLOW},
    {"openat2", {437, 437, 437, 437}, TRACE_OPEN_HOW, 0, 1, 2, NONE, NONE, O_NOFOLLOW},
    {"creat", {85, 8, NONE, 8}, TRACE_CREATE, NONE, 0, NONE, NONE, NONE, 0},

    {"execve", {59, 11, 221, 11}, TRACE_EXECUTE, NONE, 0, NONE, NONE, NONE, 0},
    {"execveat", {322, 358, 281, 387}, TRACE_EXECUTE, 0, 1, 4, NONE, NONE, AT},

    {"stat", {4, 106, NONE, 106}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"stat64", {NONE, 195, NONE, 195}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"lstat", {6, 107, NONE, 107}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"lstat64", {NONE, 196, NONE, 196}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"newfstatat", {262, NONE, 79, NONE}, TRACE_LOOK, 0, 1, 3, NONE, NONE, AT},
    {"fstatat64", {NONE, 300, NONE, 327}, TRACE_LOOK, 0, 1, 3, NONE, NONE, AT},
    {"statx", {332, 383, 291, 397}, TRACE_LOOK, 0, 1, 2, NONE, NONE, AT},
    {"access", {21, 33, NONE, 33}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"faccessat", {269, 307, 48, 334}, TRACE_LOOK, 0, 1, NONE, NONE, NONE, 0},
    {"faccessat2", {439, 439, 439, 439}, TRACE_LOOK, 0, 1, 3, NONE, NONE, AT},
    {"readlink", {89, 85, NONE, 85}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"readlinkat", {267, 305, 78, 332}, TRACE_LOOK, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"statfs", {137, 99, 43, 99}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"statfs64", {NONE, 268, NONE, 266}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"chdir", {80, 12, 49, 12}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},
    {"chroot", {161, 61, 51, 61}, TRACE_LOOK, NONE, 0, NONE, NONE, NONE, 0},

    {"getdents", {78, 141, NONE, 141}, TRACE_LIST, 0, NONE, NONE, NONE, NONE, 0},
    {"getdents64", {217, 220, 61, 217}, TRACE_LIST, 0, NONE, NONE, NONE, NONE, 0},

    {"mkdir", {83, 39, NONE, 39}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"mkdirat", {258, 296, 34, 323}, TRACE_MAKE, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"mknod", {133, 14, NONE, 14}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"mknodat", {259, 297, 33, 324}, TRACE_MAKE, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"link", {86, 9, NONE, 9}, TRACE_MAKE, NONE, 1, NONE, NONE, NONE, UINT32_MAX},
    {"linkat", {265, 303, 37, 330}, TRACE_MAKE, 2, 3, NONE, NONE, NONE, UINT32_MAX},
    {"symlink", {88, 83, NONE, 83}, TRACE_MAKE, NONE, 1, NONE, NONE, NONE, UINT32_MAX},
    {"symlinkat", {266, 304, 36, 331}, TRACE_MAKE, 1, 2, NONE, NONE, NONE, UINT32_MAX},
    {"truncate", {76, 92, 45, 92}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, 0},
    {"truncate64", {NONE, 193, NONE, 193}, TRACE_MAKE, NONE, 0, NONE, NONE, NONE, 0},

    {"rename", {82, 38, NONE, 38}, TRACE_MOVE, NONE, 1, NONE, NONE, 0, UINT32_MAX},
    {"renameat", {264, 302, 38, 329}, TRACE_MOVE, 2, 3, NONE, 0, 1, UINT32_MAX},
    {"renameat2", {316, 353, 276, 382}, TRACE_MOVE, 2, 3, NONE, 0, 1, UINT32_MAX},

    {"unlink", {87, 10, NONE, 10}, TRACE_REMOVE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},
    {"unlinkat", {263, 301, 35, 328}, TRACE_REMOVE, 0, 1, NONE, NONE, NONE, UINT32_MAX},
    {"rmdir", {84, 40, NONE, 40}, TRACE_REMOVE, NONE, 0, NONE, NONE, NONE, UINT32_MAX},

    {"connect", {42, 362, 203, 283}, TRACE_CONNECT, NONE, 1, 2, NONE, NONE, 0},
    {"bind", {49, 361, 200, 282}, TRACE_BIND, NONE, 1, 2, NONE, NONE, UINT32_MAX},

    {"io_uring_setup", {425, 425, 425, 425}, TRACE_HIDE, NONE, NONE, NONE, NONE, NONE, 0},
};

const size_t trace_call_count = sizeof(trace_calls) / sizeof(*trace_calls);

static const uint32_t archs[TRACE_ABIS] = {
    [TRACE_X86_64] = AUDIT_ARCH_X86_64,
    [TRACE_I386] = AUDIT_ARCH_I386,
    [TRACE_ARM64] = AUDIT_ARCH_AARCH64,
    [TRACE_ARM] = AUDIT_ARCH_ARM,
};

enum trace_abi
trace_abi(uint32_t arch)
{
	int abi = 0;

	while (abi < TRACE_ABIS && archs[abi] != arch)
		abi++;
	return (enum trace_abi)abi;
}

uint32_t
trace_arch(enum trace_abi abi)
{
	return archs[abi];
}

const struct trace_call *
trace_call(enum trace_abi abi, uint64_t number)
{
	for (size_t i = 0; abi < TRACE_ABIS && number <= INT16_MAX && i < trace_call_count; i++)
		if (trace_calls[i].numbers[abi] == (int)number)
			return &trace_calls[i];
	return NULL;
}

static bool
follows_links(const struct trace_event *event)
{
	const struct trace_call *call = event->call;

	/* O_EXCL fails if a link exists. */
	if ((event->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL) && call->kind == TRACE_OPEN)
		return false;
	return call->no_follow != UINT32_MAX && (event->flags & call->no_follow) == 0;
}

static bool
is_open(const struct trace_event *event)
{
	return event->call->kind == TRACE_OPEN || event->call->kind == TRACE_OPEN_HOW ||
	       event->call->kind == TRACE_CREATE;
}

/* Returns whether the call changes the file at its path. */
static bool
is_change(const struct trace_event *event)
{
	if (is_open(event))
		return (event->flags & O_PATH) == 0 && (event->flags & O_TMPFILE) != O_TMPFILE &&
		       (event->flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != 0;
	return event->call->kind == TRACE_MAKE || event->call->kind == TRACE_MOVE ||
	       event->call->kind == TRACE_REMOVE || event->call->kind == TRACE_BIND;
}

/* The file at `path` before the call; abstract names of sockets are copied. */
static struct trace_target
target_before(const char *path, bool follow)
{
	struct trace_target target = {.path = path[0] == '/' ? tracee_real(path, follow)
							     : xstrdup(path)};

	target.existed = target.path != NULL && lstat(target.path, &target.before) == 0;
	return target;
}

/*
 * The name of a socket in a struct sockaddr, to be freed, with an @ for the NUL of abstract names;
 * or NULL.
 */
static char *
read_socket(pid_t pid, uint64_t address, uint64_t size)
{
	struct sockaddr_un socket = {.sun_family = AF_UNSPEC};
	const size_t head = offsetof(struct sockaddr_un, sun_path);

	if (size <= head || size > sizeof(socket) ||
	    tracee_read(pid, address, &socket, size) != 0 || socket.sun_family != AF_UNIX)
		return NULL;
	if (socket.sun_path[0] == '\0')
		return xasprintf("@%.*s", (int)(size - head - 1), socket.sun_path + 1);
	return xasprintf("%.*s", (int)(size - head), socket.sun_path);
}

/* The path among the arguments, as the process spells it, to be freed; NULL for none. */
static char *
read_path(struct trace_event *event, pid_t pid, const uint64_t *arguments)
{
	char path[PATH_MAX];

	if (event->call->kind == TRACE_CONNECT || event->call->kind == TRACE_BIND)
		return read_socket(pid, arguments[event->call->path], event->flags);
	/*
	 * Without a path the call is about the descriptor, whose path was seen when it was opened.
	 */
	if (event->call->path < 0 || arguments[event->call->path] == 0)
		return NULL;
	if (tracee_string(pid, arguments[event->call->path], path) != 0) {
		event->is_hidden = true;
		return NULL;
	}
	return xstrdup(path);
}

static int
directory_argument(int argument, const uint64_t *arguments)
{
	return argument >= 0 ? (int)arguments[argument] : AT_FDCWD;
}

/* Reads the path that is moved. */
static void
read_old_path(struct trace_event *event, pid_t pid, const uint64_t *arguments)
{
	char string[PATH_MAX];

	if (event->call->old_path < 0 ||
	    tracee_string(pid, arguments[event->call->old_path], string) != 0)
		return;
	char *path =
	    tracee_path(pid, directory_argument(event->call->old_directory, arguments), string);
	if (path != NULL)
		event->old = target_before(path, false);
	free(path);
}

void
trace_event_begin(struct trace_event *event, pid_t pid, const struct trace_call *call,
		  const uint64_t *arguments, const char *started_in)
{
	struct open_how how = {.flags = 0};

	*event = (struct trace_event){.call = call,
				      .descriptor = directory_argument(call->directory, arguments)};
	if (call->kind == TRACE_CREATE)
		event->flags = O_CREAT | O_WRONLY | O_TRUNC;
	else if (call->kind == TRACE_OPEN_HOW &&
		 tracee_read(pid, arguments[call->flags], &how, sizeof(how)) == 0)
		event->flags = how.flags;
	else if (call->kind != TRACE_OPEN_HOW && call->flags >= 0)
		event->flags = arguments[call->flags];
	char *path = read_path(event, pid, arguments);
	if (path != NULL && path[0] == '@' &&
	    (call->kind == TRACE_CONNECT || call->kind == TRACE_BIND))
		event->path = xstrdup(path);
	else if (path != NULL && path[0] == '\0' && call->kind == TRACE_EXECUTE)
		event->path = tracee_descriptor(pid, event->descriptor);
	else if (path != NULL && path[0] != '\0')
		event->path = tracee_path(pid, event->descriptor, path);
	if (event->path != NULL && path[0] != '/' && event->descriptor == AT_FDCWD) {
		size_t length = strlen(started_in);
		event->relative = strncmp(event->path, started_in, length) == 0 &&
				  event->path[length] == '/' &&
				  strcmp(event->path + length + 1, path) == 0;
	}
	free(path);
	if (event->path != NULL && is_change(event))
		event->target = target_before(event->path, follows_links(event));
	if (event->path != NULL)
		read_old_path(event, pid, arguments);
}

void
trace_event_drop(struct trace_event *event)
{
	free(event->path);
	free(event->target.path);
	free(event->old.path);
	*event = (struct trace_event){.call = NULL};
}

/* Records a change of a file, and of the directory that it is in. */
static void
add_change(struct traced *traced, const struct trace_target *target, bool read)
{
	if (target->path == NULL)
		return;
	traced_add_change(traced, target->path, target->existed ? &target->before : NULL, read);
	const char *slash = strrchr(target->path, '/');
	if (slash == NULL)
		return;
	char *above =
	    xasprintf("%.*s", slash > target->path ? (int)(slash - target->path) : 1, target->path);
	if (!traced_has(traced, above, TRACED_CHANGED_IN))
		traced_add(traced, above, above, TRACED_CHANGED_IN);
	free(above);
}

/* Records a connection to a socket. */
static void
add_service(const struct trace_event *event, struct traced *traced)
{
	char *real =
	    event->path != NULL && event->path[0] == '/' ? tracee_real(event->path, true) : NULL;

	if (event->path != NULL)
		traced_add_name(&traced->services, &traced->service_count,
				real != NULL ? real : event->path);
	free(real);
}

/* Records that the path of the call exists. */
static void
add_file(struct trace_event *event, pid_t pid, struct traced *traced, unsigned did)
{
	if (event->path == NULL || traced_has(traced, event->path, did))
		return;
	/* Below another root links lead elsewhere. */
	char *real = tracee_is_at_root(pid) ? tracee_real(event->path, follows_links(event)) : NULL;
	traced_add(traced, event->path, real != NULL ? real : event->path, did);
	free(real);
	traced->begins_here |= event->relative && strcmp(strrchr(event->path, '/'), "/.") != 0;
	if (!event->relative || (did & (TRACED_OPENED | TRACED_EXECUTED)) == 0)
		return;
	if (traced->relative_count++ == 0)
		traced->relative = xstrdup(event->path);
}

/* The path of an open descriptor is certain, regardless of links in the requested path. */
static void
add_opened(struct trace_event *event, pid_t pid, int descriptor, struct traced *traced)
{
	char *real = tracee_descriptor(pid, descriptor);
	struct stat found;

	if (real == NULL || stat(real, &found) != 0) {
		free(real);
		return;
	}
	bool writes = (event->flags & (O_ACCMODE | O_TRUNC)) != 0 || !event->target.existed;
	if (is_change(event) && writes && S_ISREG(found.st_mode)) {
		add_change(traced, &event->target, (event->flags & O_ACCMODE) == O_RDWR);
	} else {
		bool is_file = !S_ISDIR(found.st_mode) && (event->flags & O_PATH) == 0;
		unsigned did = is_file ? TRACED_OPENED : TRACED_SEEN;
		add_file(event, pid, traced, did);
		if (!traced_has(traced, real, did))
			traced_add(traced, real, real, did);
	}
	free(real);
}

void
trace_event_end(struct trace_event *event, pid_t pid, int64_t result, struct traced *traced)
{
	enum trace_kind kind = event->call->kind;
	char *listed = NULL;

	if (kind == TRACE_CONNECT && result == -EINPROGRESS)
		result = 0;
	if (result >= 0 && event->is_hidden)
		traced->hid = true;
	if (result >= 0 && is_open(event))
		add_opened(event, pid, (int)result, traced);
	else if (result >= 0 && kind == TRACE_EXECUTE)
		add_file(event, pid, traced, TRACED_EXECUTED);
	else if (result >= 0 && kind == TRACE_LOOK)
		add_file(event, pid, traced, TRACED_SEEN);
	else if (result >= 0 && kind == TRACE_LIST &&
		 (listed = tracee_descriptor(pid, event->descriptor)) != NULL)
		traced_add(traced, listed, listed, TRACED_LISTED);
	else if (result >= 0 && kind == TRACE_CONNECT)
		add_service(event, traced);
	else if (result >= 0 && is_change(event)) {
		add_change(traced, &event->target, false);
		add_change(traced, &event->old, false);
	}
	if (kind == TRACE_HIDE && result >= 0)
		traced->hid = true;
	free(listed);
	trace_event_drop(event);
}
