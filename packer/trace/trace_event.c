/* SPDX-License-Identifier: MIT */
#include "trace/trace_event.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "host/memory.h"
#include "trace/traced.h"
#include "trace/tracee.h"

static bool
follows_links(const struct trace_event *event)
{
	const struct trace_call *call = event->call;

	/* A link in the place of a file that must be new is an error. */
	if ((event->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL) && call->deed == TRACE_OPEN)
		return false;
	return call->no_follow != UINT32_MAX && (event->flags & call->no_follow) == 0;
}

static bool
is_open(const struct trace_event *event)
{
	return event->call->deed == TRACE_OPEN || event->call->deed == TRACE_OPEN_HOW ||
	       event->call->deed == TRACE_CREATE;
}

/* Whether the call is to change what is at its path. */
static bool
changes(const struct trace_event *event)
{
	if (is_open(event))
		return (event->flags & O_PATH) == 0 && (event->flags & O_TMPFILE) != O_TMPFILE &&
		       (event->flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != 0;
	return event->call->deed == TRACE_MAKE || event->call->deed == TRACE_MOVE ||
	       event->call->deed == TRACE_REMOVE || event->call->deed == TRACE_BIND;
}

/* What is at `path` now; the name of a socket without a file is taken as it is. */
static struct trace_target
target_of(const char *path, bool follow)
{
	struct trace_target target = {.path = path[0] == '/' ? tracee_real(path, follow) : memory_copy(path)};

	target.existed = target.path != NULL && lstat(target.path, &target.before) == 0;
	return target;
}

/* The name of a socket in a struct sockaddr, to be freed, with an @ for the NUL of one that has no file; or NULL. */
static char *
read_socket(pid_t pid, uint64_t address, uint64_t size)
{
	struct sockaddr_un socket = {.sun_family = AF_UNSPEC};
	const size_t head = offsetof(struct sockaddr_un, sun_path);

	if (size <= head || size > sizeof(socket) || tracee_read(pid, address, &socket, size) != 0 ||
	    socket.sun_family != AF_UNIX)
		return NULL;
	if (socket.sun_path[0] == '\0')
		return memory_format("@%.*s", (int)(size - head - 1), socket.sun_path + 1);
	return memory_format("%.*s", (int)(size - head), socket.sun_path);
}

/* The path among the arguments as the process has it, to be freed; NULL for none. */
static char *
read_path(struct trace_event *event, pid_t pid, const uint64_t *arguments)
{
	char path[PATH_MAX];

	if (event->call->deed == TRACE_CONNECT || event->call->deed == TRACE_BIND)
		return read_socket(pid, arguments[event->call->path], event->flags);
	/* Without one it is about the descriptor, for which others have told the path. */
	if (event->call->path < 0 || arguments[event->call->path] == 0)
		return NULL;
	if (tracee_string(pid, arguments[event->call->path], path) != 0) {
		event->is_hidden = true;
		return NULL;
	}
	return memory_copy(path);
}

static int
descriptor_of(int argument, const uint64_t *arguments)
{
	return argument >= 0 ? (int)arguments[argument] : AT_FDCWD;
}

/* The path that is moved. */
static void
read_old(struct trace_event *event, pid_t pid, const uint64_t *arguments)
{
	char string[PATH_MAX];

	if (event->call->old_path < 0 || tracee_string(pid, arguments[event->call->old_path], string) != 0)
		return;
	char *path = tracee_path(pid, descriptor_of(event->call->old_directory, arguments), string);
	if (path != NULL)
		event->old = target_of(path, false);
	free(path);
}

void
trace_event_begin(struct trace_event *event, pid_t pid, const struct trace_call *call, const uint64_t *arguments,
		  const char *started_in)
{
	struct open_how how = {.flags = 0};

	*event = (struct trace_event){.call = call, .descriptor = descriptor_of(call->directory, arguments)};
	if (call->deed == TRACE_CREATE)
		event->flags = O_CREAT | O_WRONLY | O_TRUNC;
	else if (call->deed == TRACE_OPEN_HOW && tracee_read(pid, arguments[call->flags], &how, sizeof(how)) == 0)
		event->flags = how.flags;
	else if (call->deed != TRACE_OPEN_HOW && call->flags >= 0)
		event->flags = arguments[call->flags];
	char *path = read_path(event, pid, arguments);
	if (path != NULL && path[0] == '@' && (call->deed == TRACE_CONNECT || call->deed == TRACE_BIND))
		event->path = memory_copy(path);
	else if (path != NULL && path[0] == '\0' && call->deed == TRACE_EXECUTE)
		event->path = tracee_descriptor(pid, event->descriptor);
	else if (path != NULL && path[0] != '\0')
		event->path = tracee_path(pid, event->descriptor, path);
	if (event->path != NULL && path[0] != '/' && event->descriptor == AT_FDCWD) {
		size_t length = strlen(started_in);
		event->relative = strncmp(event->path, started_in, length) == 0 && event->path[length] == '/' &&
				  strcmp(event->path + length + 1, path) == 0;
	}
	free(path);
	if (event->path != NULL && changes(event))
		event->target = target_of(event->path, follows_links(event));
	if (event->path != NULL)
		read_old(event, pid, arguments);
}

void
trace_event_drop(struct trace_event *event)
{
	free(event->path);
	free(event->target.path);
	free(event->old.path);
	*event = (struct trace_event){.call = NULL};
}

/* Notes a change, and that something else is in the directory now. */
static void
add_change(struct traced *traced, const struct trace_target *target, bool read)
{
	if (target->path == NULL)
		return;
	traced_add_change(traced, target->path, target->existed ? &target->before : NULL, read);
	const char *slash = strrchr(target->path, '/');
	if (slash == NULL)
		return;
	char *above = memory_format("%.*s", slash > target->path ? (int)(slash - target->path) : 1, target->path);
	if (!traced_has(traced, above, TRACED_CHANGED_IN))
		traced_add(traced, above, above, TRACED_CHANGED_IN);
	free(above);
}

/* Notes that it was connected to a socket. */
static void
add_service(const struct trace_event *event, struct traced *traced)
{
	char *real = event->path != NULL && event->path[0] == '/' ? tracee_real(event->path, true) : NULL;

	if (event->path != NULL)
		traced_add_name(&traced->services, &traced->service_count, real != NULL ? real : event->path);
	free(real);
}

/* Notes that the path of the call led to something. */
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
		traced->relative = memory_copy(event->path);
}

/* What an open descriptor is of is certain, whatever the path has led through. */
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
	if (changes(event) && writes && S_ISREG(found.st_mode)) {
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
	enum trace_deed deed = event->call->deed;
	char *listed = NULL;

	if (deed == TRACE_CONNECT && result == -EINPROGRESS)
		result = 0;
	if (result >= 0 && event->is_hidden)
		traced->hid = true;
	if (result >= 0 && is_open(event))
		add_opened(event, pid, (int)result, traced);
	else if (result >= 0 && deed == TRACE_EXECUTE)
		add_file(event, pid, traced, TRACED_EXECUTED);
	else if (result >= 0 && deed == TRACE_LOOK)
		add_file(event, pid, traced, TRACED_SEEN);
	else if (result >= 0 && deed == TRACE_LIST && (listed = tracee_descriptor(pid, event->descriptor)) != NULL)
		traced_add(traced, listed, listed, TRACED_LISTED);
	else if (result >= 0 && deed == TRACE_CONNECT)
		add_service(event, traced);
	else if (result >= 0 && changes(event)) {
		add_change(traced, &event->target, false);
		add_change(traced, &event->old, false);
	}
	if (deed == TRACE_HIDE && result >= 0)
		traced->hid = true;
	free(listed);
	trace_event_drop(event);
}
