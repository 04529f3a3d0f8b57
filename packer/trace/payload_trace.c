/* SPDX-License-Identifier: MIT */
#include "input/payload.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "base/message.h"
#include "base/scratch.h"
#include "host/memory.h"
#include "plan/own_init.h"
#include "resolve/bin_link.h"
#include "resolve/closure.h"
#include "trace/trace.h"
#include "trace/trace_add.h"
#include "trace/traced.h"

/* Tells how a command ended that did not do well. Returns 0 for one that did, or -1. */
static int
check_status(const char *option, const char *text, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		message_warnx(
		    "cannot pack what %s \"%s\" comes to: it was killed by signal %d (%s)", option,
		    text, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		message_warnx("cannot pack what %s \"%s\" comes to: it ended with status %d; "
			      "it has PATH, HOME and TERM, as in an image, and with env(1) what "
			      "else it needs",
			      option, text, WEXITSTATUS(status));
	return -1;
}

/*
 * A program that the image has by a link in /bin is started by one here too: it may look for others
 * beside the path that it is started by. Returns the link in a directory of its own, to be given to
 * remove_link(), or NULL for a program that needs none, or, after a warning, where none can be
 * made.
 */
static char *
make_link(const struct payload *payload, const char *name, const char *program)
{
	const struct closure *closure = payload->closure;

	if (strchr(name, '/') != NULL ||
	    bin_link_is_needless(closure->source, closure->plan, program))
		return NULL;
	char *directory = scratch_make("/tmp");
	char *link = directory != NULL ? xasprintf("%s/%s", directory, name) : NULL;
	if (link != NULL && symlink(program, link) != 0) {
		rmdir(directory);
		free(link);
		link = NULL;
	}
	free(directory);
	return link;
}

static void
remove_link(char *link)
{
	if (link == NULL)
		return;
	unlink(link);
	*strrchr(link, '/') = '\0';
	rmdir(link);
	free(link);
}

/* The directory that commands are run in, to be freed, or NULL with errno. */
static char *
start_of(const struct payload *payload)
{
	char *here = payload_absolute(payload, "."), *directory = realpath(here, NULL);
	int problem = errno;

	free(here);
	errno = problem;
	return directory;
}

static bool
is_below(const char *path, const char *top)
{
	size_t length = strlen(top);

	return strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/*
 * The bytes of a file that are loaded with it: without those for debuggers, which name where it was
 * compiled.
 */
static size_t
loaded_size(const unsigned char *bytes, size_t size)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	size_t end = 0;

	if (size < sizeof(header) || memcmp(bytes, ELFMAG, SELFMAG) != 0 ||
	    bytes[EI_CLASS] != ELFCLASS64)
		return size;
	memcpy(&header, bytes, sizeof(header));
	for (size_t i = 0; i < header.e_phnum; i++) {
		size_t at = header.e_phoff + i * sizeof(segment);
		if (header.e_phoff > size || at > size || size - at < sizeof(segment))
			return size;
		memcpy(&segment, bytes + at, sizeof(segment));
		if (segment.p_type == PT_LOAD && segment.p_filesz <= size &&
		    segment.p_offset <= size - segment.p_filesz &&
		    segment.p_offset + segment.p_filesz > end)
			end = segment.p_offset + segment.p_filesz;
	}
	return end;
}

/*
 * Whether a file has the name of a directory in it. Python's compiled ones have it for messages
 * alone.
 */
static bool
names_directory(const char *file, const char *directory)
{
	size_t size = 0, length = strlen(file);
	void *bytes =
	    length > 4 && strcmp(file + length - 4, ".pyc") == 0 ? NULL : mapped_file(file, &size);
	bool has = bytes != NULL &&
		   memmem(bytes, loaded_size(bytes, size), directory, strlen(directory)) != NULL;

	if (bytes != NULL)
		mapped_release(bytes);
	return has;
}

/*
 * Whether a word is the relative path of a file that was opened: Python opens "measure.py" by an
 * absolute path.
 */
static bool
names_file(char *const *argv, const char *start, const struct traced *traced)
{
	bool does = false;

	for (; !does && *argv != NULL; argv++) {
		const char *word = *argv;
		while (word[0] == '.' && word[1] == '/')
			word += 2 + strspn(word + 2, "/");
		if (word[0] == '\0' || word[0] == '/')
			continue;
		char *path = xasprintf("%s/%s", start, word);
		does = traced_has(traced, path, TRACED_OPENED);
		free(path);
	}
	return does;
}

/*
 * The directory that stands for the root, in which the image starts commands, to be freed; NULL
 * where files keep their paths: the command comes to none by a relative path, or its words or one
 * of its files have the name of that directory, or it is a home, which it finds by HOME.
 */
static char *
rooted_start(const struct payload *payload, char *const *argv, const struct traced *traced)
{
	const char *home = getenv("HOME");
	char *start = start_of(payload);
	bool is_rooted =
	    start != NULL && strcmp(start, "/") != 0 && (home == NULL || !is_below(home, start)) &&
	    (traced->begins_here || (argv[0][0] != '/' && strchr(argv[0], '/') != NULL) ||
	     names_file(argv + 1, start, traced));

	for (; is_rooted && *argv != NULL; argv++)
		is_rooted = strstr(*argv, start) == NULL;
	for (size_t i = 0; is_rooted && i < traced->file_count; i++) {
		const struct traced_file *file = traced->files[i];
		is_rooted = (file->did & (TRACED_OPENED | TRACED_EXECUTED)) == 0 ||
			    !is_below(file->path, start) || !names_directory(file->real, start);
	}
	if (is_rooted)
		return start;
	free(start);
	return NULL;
}

/*
 * Runs the program at `program`, with what Lull's init gives to a command but for HOME, which is
 * the caller's.
 */
static int
run_traced(const struct payload *payload, const char *program, char *const *argv,
	   struct traced *traced, int *status)
{
	const char *home = getenv("HOME");
	char *set_home = xasprintf("HOME=%s", home != NULL ? home : "/root");
	char *const environment[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", set_home,
	    "TERM=linux", NULL};
	char *directory = start_of(payload);
	int problem = errno;
	char *link = make_link(payload, argv[0], program);

	if (directory != NULL) {
		const struct trace_command command = {link != NULL ? link : program, argv,
						      environment, directory};
		/* The link is the run's own. */
		if (link != NULL)
			traced_add_change(traced, link, NULL, false);
		char *real = realpath(program, NULL);
		traced_add(traced, program, real != NULL ? real : program, TRACED_EXECUTED);
		free(real);
		problem = trace_run(&command, traced, status);
	}
	remove_link(link);
	free(directory);
	free(set_home);
	return problem;
}

int
payload_trace(struct payload *payload, char *const *argv, const char *text)
{
	const struct plan_why why = payload_why(payload, "-t", text);
	char *program = payload_program_path(payload, argv[0]);
	struct traced traced = {.files = NULL};
	struct trace_notes notes = {.counts = {0}};
	int status = 0, result = -1;

	if (program == NULL || (payload->init_is_own && own_init_has(argv[0]))) {
		message_warnx("cannot run %s \"%s\": %s", why.what, text,
			      program == NULL ? "there is no such program"
					      : "it would end this machine");
		free(program);
		return -1;
	}
	int problem = run_traced(payload, program, argv, &traced, &status);
	char *start = problem == 0 ? rooted_start(payload, argv, &traced) : NULL;
	errno = problem;
	if (problem != 0 && interrupt_signal() == 0)
		message_warn("cannot run %s \"%s\"", why.what, text);
	if (problem == 0 && check_status(why.what, text, status) == 0)
		result = trace_add(payload->closure, &traced, start, why, &notes);
	if (problem == 0)
		trace_tell(&notes, &traced, start == NULL, why.what, text);
	free(start);
	trace_notes_free(&notes);
	traced_free(&traced);
	free(program);
	return result;
}
