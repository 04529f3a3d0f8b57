/* SPDX-License-Identifier: MIT */
/* bench replay: boots one cell of a study again, from the files that the study keeps. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/die.h"
#include "base/places.h"
#include "base/signals.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "nearest.h"
#include "study/replay.h"
#include "study/study.h"
#include "study/study_machine.h"
#include "study/study_run.h"

enum { LINE_MAX_BYTES = 64 * 1024 * 1024 };

static void
report_unknown_cell(const struct study *s, const char *name)
{
	const char **names = calloc(s->cells.count + 1, sizeof(*names));

	for (size_t i = 0; names != NULL && i < s->cells.count; i++)
		names[i] = s->cells.at[i].name;
	const char *nearest = names != NULL ? nearest_word(name, names) : NULL;
	if (nearest != NULL)
		warnx("unknown cell %s (did you mean %s?)", name, nearest);
	else
		warnx("unknown cell %s (bench status DIR lists all cells)", name);
	free(names);
}

/*
 * Passes signals on to the boot's process: the first as TERM, later ones as KILL. Returns the first
 * signal, or 0.
 */
static int
pass_signals(int signals, pid_t pid, int first)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		kill(pid, first == 0 ? SIGTERM : SIGKILL);
		first = first == 0 ? (int)info.ssi_signo : first;
	}
	return first;
}

/*
 * Reads the line of the boot's process. A signal ends that process, which may have to cut a
 * machine's power first, and then bench. Returns 0, or -1 if the process failed (it has printed
 * why) or a signal ended it; *signal is that signal.
 */
static int
read_line(int out, pid_t pid, struct bytes *line, int *signal)
{
	sigset_t before;
	struct pollfd fds[] = {{signals_catch(false, &before), POLLIN, 0}, {out, POLLIN, 0}};
	char piece[4096];
	ssize_t n = 1;
	int status = 0;

	*signal = 0;
	while (n > 0 && line->length <= LINE_MAX_BYTES &&
	       (poll(fds, 2, -1) >= 0 || errno == EINTR)) {
		if (fds[0].revents != 0)
			*signal = pass_signals(fds[0].fd, pid, *signal);
		if (fds[1].revents == 0)
			continue;
		n = read(out, piece, sizeof(piece));
		if (n > 0 && bytes_add(line, piece, (size_t)n) != 0)
			break;
	}
	close(out);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (fds[0].fd >= 0)
		close(fds[0].fd);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (WIFSIGNALED(status) && *signal == 0)
		warnx("the boot's process was killed by signal %d", WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == STUDY_BOOT_DONE && line->length > 0 ? 0
											       : -1;
}

/* Opens the state folder for the console, because replay does not change the study. */
static int
open_console(struct study_job *job, char *path, size_t size)
{
	char folder[PATH_MAX - sizeof(job->console)];

	if (places_state(folder, sizeof(folder)) != 0)
		return -1;
	snprintf(job->console, sizeof(job->console), "replay-%ld-%ld.zst", (long)time(NULL),
		 (long)getpid());
	snprintf(path, size, "%s/%s", folder, job->console);
	job->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (job->folder < 0)
		warn("cannot open %s", folder);
	return job->folder < 0 ? -1 : 0;
}

/* Boots the cell on a node and compares it with earlier boots. Returns bench's exit status. */
static int
replay_cell(struct study *s, size_t cell, size_t node)
{
	static struct replay r;
	struct study_job job = {.cell = cell, .node = node, .folder = -1, .raw = -1};
	struct study_line line;
	struct bytes text = {0};
	struct kvm kvm;
	char path[PATH_MAX];
	int out, signal = 0, status = STATUS_NO_VERDICT;
	unsigned readings;

	if (study_check_files(s, cell, &readings) != 0 ||
	    study_machine_choose(s, &job.accel, &kvm) != 0 ||
	    open_console(&job, path, sizeof(path)) != 0)
		return STATUS_NO_VERDICT;
	pid_t pid = study_boot_start(s, &job, &out);
	if (pid < 0)
		warn("cannot start the boot");
	else if (read_line(out, pid, &text, &signal) == 0 &&
		 study_line_read(&line, text.data, text.length) == 0) {
		if (line.init)
			kvm_remember(&kvm);
		r = (struct replay){
		    .cell = s->cells.at[cell].name, .records = line.records, .values = line.values};
		if (study_recheck_files(s, cell, readings) != 0)
			r.boots = 0;
		else if (replay_read(&r, s) == 0 && r.boots == 0)
			warnx("%s: the study has not booted it yet", r.cell);
		else if (r.boots > 0)
			status = replay_compare(&r, &line, s->plan.exact) ? 0 : 1;
		replay_free(&r);
		study_line_free(&line);
		if (fflush(stdout) != 0) {
			warn("cannot write");
			status = STATUS_NO_VERDICT;
		}
		warnx("console: %s (bench decode reads it)", path);
	}
	if (pid > 0)
		study_boot_forget(&job);
	bytes_free(&text);
	close(job.folder);
	if (signal != 0)
		die_of(signal);
	return status;
}

int
subcommand_replay(int argc, char *argv[])
{
	static struct study study;
	bool is_help = argc == 2 && strcmp(argv[1], "--help") == 0;
	int status = STATUS_NO_VERDICT;

	if (argc != 3 && argc != 4) {
		fputs("usage: " REPLAY_USAGE, is_help ? stdout : stderr);
		return is_help ? 0 : STATUS_WRONG_USAGE;
	}
	if (study_open_readonly(&study, argv[1]) == 0) {
		size_t cell = cells_find(&study.cells, argv[2]), node = 0;
		while (argv[3] != NULL && node < study.plan.node_count &&
		       strcmp(study.plan.nodes[node].label, argv[3]) != 0)
			node++;
		status = STATUS_WRONG_USAGE;
		if (cell == study.cells.count)
			report_unknown_cell(&study, argv[2]);
		else if (argv[3] != NULL && node == study.plan.node_count)
			warnx("unknown node %s", argv[3]);
		else
			status = replay_cell(&study, cell, node);
	}
	study_close(&study);
	return status;
}
