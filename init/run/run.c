/* SPDX-License-Identifier: MIT */
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "run/stray.h"
#include "run/surroundings.h"
#include "run/wait.h"
#include "text.h"

enum {
	TERM_GRACE_S = 2,
	CROWD = 256,	   /* processes and threads */
	KILL_LIMIT_S = 45, /* a process in uninterruptible sleep may never end; bench treats a
			      minute of silence as a hang */
};

void
run_block_signals(void)
{
	sigset_t set = wait_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * Looks up an executable file in PATH. posix_spawnp() would call execve(2) for each folder, at some
 * 40,000 instructions each; stat(2) costs 3,000. Returns 0, or an errno: EACCES if a match is not
 * executable.
 */
static int
find_program(const char *name, char *const environment[], char path[PATH_MAX])
{
	const char *folder = "";
	int error = ENOENT;

	for (; *environment != NULL && strchr(name, '/') == NULL && *name != '\0'; environment++)
		if (strncmp(*environment, "PATH=", 5) == 0)
			folder = *environment + 5;
	for (;;) {
		struct text t = text_in(path, PATH_MAX);
		size_t length = strcspn(folder, ":");
		struct stat found;

		text_bytes(&t, folder, length);
		if (length > 0)
			text_char(&t, '/');
		text_string(&t, name);
		text_char(&t, '\0');
		if (t.full)
			return ENAMETOOLONG;
		if (stat(path, &found) == 0) {
			if (S_ISREG(found.st_mode) && (found.st_mode & 0111) != 0)
				return 0;
			error = EACCES;
		}
		if (folder[length] == '\0')
			return error;
		folder += length + 1;
	}
}

/*
 * Runs in the child of vfork(2), which shares init's memory until execve(2), so it changes only its
 * descriptors and its kernel state. PID 1 has default signal actions already. Returns the failed
 * step, NULL for the command itself, with errno.
 */
static const char *
exec_in_child(const char *path, const struct run_request *request)
{
	const struct run_outputs *to = &request->outputs;
	sigset_t none;

	sigemptyset(&none);
	if (dup2(to->in, STDIN_FILENO) < 0 || dup2(to->out, STDOUT_FILENO) < 0 ||
	    dup2(to->err, STDERR_FILENO) < 0)
		return "descriptors";
	/* dup2(2) of a descriptor to itself would leave it close-on-exec. */
	if (to->results == RUN_RESULTS_FD ? fcntl(RUN_RESULTS_FD, F_SETFD, 0) < 0
					  : dup2(to->results, RUN_RESULTS_FD) < 0)
		return "descriptors";
	setsid();
	const char *problem = surroundings_enter(request->surroundings);
	if (problem != NULL)
		return problem;
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(path, request->argv, request->surroundings->environment);
	return NULL;
}

/* Returns 0, or an errno with the failed step in *step, NULL for the command. */
static int
start_command(const struct run_request *request, pid_t *pid, const char **step)
{
	char path[PATH_MAX];
	volatile int error =
	    find_program(request->argv[0], request->surroundings->environment, path);
	const char *volatile failed = NULL;

	*step = NULL;
	if (error != 0)
		return error;
	*pid = vfork();
	if (*pid == 0) {
		failed = exec_in_child(path, request);
		error = errno;
		_exit(127);
	}
	if (*pid < 0)
		return errno;
	if (error != 0)
		waitpid(*pid, NULL, 0);
	*step = failed;
	return error;
}

void
run_raise_priority(void)
{
	struct sched_param param = {.sched_priority = 99};

	/* musl's sched_setscheduler() only returns ENOSYS. */
	syscall(SYS_sched_setscheduler, 0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param);
}

static bool
kill_and_wait(struct wait *w)
{
	kill(-1, SIGKILL);
	return wait_for(w, true, KILL_LIMIT_S);
}

/*
 * Returns whether there are so many processes that they may exhaust memory: init could then wait
 * for memory forever, while the kernel keeps looking for a process to kill.
 */
static bool
is_crowded(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 && info.procs > CROWD;
}

/* Ends all remaining processes, by force if necessary. */
static void
end_all(struct wait *w, void (*stray)(uint64_t pid, const char *name))
{
	bool crowded = is_crowded();

	/* They are listed nevertheless: most take a while to end. */
	if (crowded)
		kill(-1, SIGKILL);
	if (stray_find(w->ended ? 0 : w->pid, stray) == 0 && crowded)
		stray(0, "");
	w->result->unkillable = !kill_and_wait(w);
}

void
run_command(const struct run_request *request, struct run_result *result,
	    void (*stray)(uint64_t pid, const char *name))
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	struct wait w = {.result = result, .started_ns = clock_now_ns(), .pump = request->pump};
	*result = (struct run_result){.status = 0};
	result->error = start_command(request, &w.pid, &result->step);
	if (result->error != 0) {
		result->wall_ns = clock_now_ns() - w.started_ns;
		return;
	}
	for (int i = 0; request->pump != NULL && i < PUMPS; i++) {
		close(request->pump->in[i]);
		request->pump->in[i] = -1;
	}
	if (!wait_for(&w, false, request->timeout_s)) {
		result->timed_out = w.signal == 0;
		kill(-1, SIGTERM);
		wait_for(&w, true, TERM_GRACE_S);
	}
	getrusage(RUSAGE_SELF, &after);
	result->init_switches =
	    (uint64_t)(after.ru_nvcsw - before.ru_nvcsw + after.ru_nivcsw - before.ru_nivcsw);
	if (!w.alone)
		end_all(&w, stray);
	if (!w.ended)
		wait_note_end(&w, SIGKILL, &(struct rusage){0});
	result->ended_by = w.signal;
}

int
run_wait(pid_t pid)
{
	struct wait w = {.pid = pid};

	wait_for(&w, false, 0);
	return w.signal;
}

bool
run_kill_all(void)
{
	struct wait w = {0};

	return kill_and_wait(&w);
}
