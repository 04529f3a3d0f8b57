/* SPDX-License-Identifier: MIT */
#include "payload.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bin_link.h"
#include "closure.h"
#include "interrupt.h"
#include "memory.h"
#include "own_init.h"
#include "scratch.h"
#include "trace.h"
#include "trace_add.h"
#include "trace_tell.h"
#include "traced.h"

/* Tells how a command ended that did not do well. Returns 0 for one that did, or -1. */
static int
check_status(const char *option, const char *text, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		warnx("cannot pack what %s \"%s\" comes to: it was killed by signal %d (%s)", option, text,
		      WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		warnx("cannot pack what %s \"%s\" comes to: it ended with status %d; "
		      "it has PATH, HOME and TERM, as in an image, and with env(1) what else it needs",
		      option, text, WEXITSTATUS(status));
	return -1;
}

/*
 * A program that the image has by a link in /bin is started by one here too: it may look for others beside the path
 * that it is started by. Returns the link in a directory of its own, to be given to remove_link(), or NULL for a
 * program that needs none, or, after a warning, where none can be made.
 */
static char *
make_link(const struct payload *payload, const char *name, const char *program)
{
	const struct closure *closure = payload->closure;

	if (strchr(name, '/') != NULL || bin_link_is_needless(closure->source, closure->plan, program))
		return NULL;
	char *directory = scratch_make("/tmp");
	char *link = directory != NULL ? memory_format("%s/%s", directory, name) : NULL;
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

/* Runs the program at `program`, with what Lull's init gives to a command but for HOME, which is the caller's. */
static int
run(const struct payload *payload, const char *program, char *const *argv, struct traced *traced, int *status)
{
	const char *home = getenv("HOME");
	char *set_home = memory_format("HOME=%s", home != NULL ? home : "/root");
	char *const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", set_home,
				     "TERM=linux", NULL};
	char *here = payload_absolute(payload, "."), *directory = realpath(here, NULL);
	int problem = errno;
	char *link = make_link(payload, argv[0], program);

	if (directory != NULL) {
		const struct trace_command command = {link != NULL ? link : program, argv, environment, directory};
		/* The link is the run's own. */
		if (link != NULL)
			traced_add_change(traced, link, NULL, false);
		traced_add(traced, program, program, TRACED_EXECUTED);
		problem = trace_run(&command, traced, status);
	}
	remove_link(link);
	free(directory);
	free(here);
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
		warnx("cannot run %s \"%s\": %s", why.what, text,
		      program == NULL ? "there is no such program" : "it would end this machine");
		free(program);
		return -1;
	}
	int problem = run(payload, program, argv, &traced, &status);
	errno = problem;
	if (problem != 0 && interrupt_signal() == 0)
		warn("cannot run %s \"%s\"", why.what, text);
	if (problem == 0 && check_status(why.what, text, status) == 0)
		result = trace_add(payload->closure, &traced, why, &notes);
	if (problem == 0)
		trace_tell(&notes, &traced, why.what, text);
	trace_notes_free(&notes);
	traced_free(&traced);
	free(program);
	return result;
}
