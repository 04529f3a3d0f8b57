/* SPDX-License-Identifier: MIT */
#include "input/items.h"

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

/* Reports a command that failed. Returns 0 if it succeeded, or -1. */
static int
check_status(const char *option, const char *text, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		message_warnx("cannot pack the files of %s \"%s\": it was killed by signal %d (%s)",
			      option, text, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		message_warnx("cannot pack the files of %s \"%s\": it exited with status %d; its "
			      "environment has PATH, HOME and TERM, as in an image; set other "
			      "variables with env(1)",
			      option, text, WEXITSTATUS(status));
	return -1;
}

/*
 * A program that has a link in /bin in the image is started by such a link here too: it may look
 * for files next to the path that it is started by. Returns the link, in a new directory, for
 * remove_link(); NULL for a program that needs none or, after a warning, if none can be made.
 */
static char *
make_link(const struct items *items, const char *name, const char *program)
{
	const struct closure *closure = items->closure;

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

/* The directory in which commands run, to be freed, or NULL with errno. */
static char *
start_directory(const struct items *items)
{
	char *here = items_absolute(items, "."), *directory = realpath(here, NULL);
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
 * Size of the loaded part of a file. Debugging information, which names the build directory, is not
 * loaded.
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
 * Returns whether a file contains the name of a directory. Python's compiled files contain it only
 * for messages.
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
 * Returns whether a word is the relative path of an opened file: Python opens "measure.py" by its
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
 * The directory whose contents go below the root, where the image starts commands, to be freed.
 * NULL if files keep their paths: the command uses no relative path, its words or one of its files
 * contain the name of that directory, or it is below HOME, where the command finds it.
 */
static char *
rooted_start(const struct items *items, char *const *argv, const struct traced *traced)
{
	const char *home = getenv("HOME");
	char *start = start_directory(items);
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
 * Runs `program` in the environment that Lull's init gives to commands, except that HOME is the
 * caller's.
 */
static int
run_traced(const struct items *items, const char *program, char *const *argv, struct traced *traced,
	   int *status)
{
	const char *home = getenv("HOME");
	char *set_home = xasprintf("HOME=%s", home != NULL ? home : "/root");
	char *const environment[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", set_home,
	    "TERM=linux", NULL};
	char *directory = start_directory(items);
	int problem = errno;
	char *link = make_link(items, argv[0], program);

	if (directory != NULL) {
		const struct trace_command command = {link != NULL ? link : program, argv,
						      environment, directory};
		/* The link exists only for this run. */
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
items_add_trace(struct items *items, char *const *argv, const char *text)
{
	const struct plan_why why = items_why(items, "-t", text);
	char *program = items_program_path(items, argv[0]);
	struct traced traced = {.files = NULL};
	struct trace_notes notes = {.counts = {0}};
	int status = 0, result = -1;

	if (program == NULL || (items->init_is_own && own_init_has(argv[0]))) {
		message_warnx("cannot run %s \"%s\": %s", why.what, text,
			      program == NULL ? "program not found"
					      : "it would shut down this machine");
		free(program);
		return -1;
	}
	int problem = run_traced(items, program, argv, &traced, &status);
	char *start = problem == 0 ? rooted_start(items, argv, &traced) : NULL;
	errno = problem;
	if (problem != 0 && interrupt_signal() == 0)
		message_warn("cannot run %s \"%s\"", why.what, text);
	if (problem == 0 && check_status(why.what, text, status) == 0)
		result = trace_add(items->closure, &traced, start, why, &notes);
	if (problem == 0)
		trace_report(&notes, &traced, start == NULL, why.what, text);
	free(start);
	trace_notes_free(&notes);
	traced_free(&traced);
	free(program);
	return result;
}
