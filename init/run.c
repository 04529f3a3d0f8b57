/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stray.h"
#include "text.h"

/* linux/fs.h, which musl's compiler does not see. */
#define FS_IOC_SETFLAGS _IOW('f', 2, long)
#define FS_APPEND_FL 0x20

#define SECOND_NS UINT64_C(1000000000)

enum {
	TERM_GRACE_S = 2,
	KILL_LIMIT_S = 10, /* a process in uninterruptible sleep may never end */
	REAP_AT_ONCE = 64, /* between looks at the clock */
};

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

static sigset_t
awaited_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	return set;
}

void
run_block_signals(void)
{
	sigset_t set = awaited_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

int
run_capture(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int append = FS_APPEND_FL;

	if (fd < 0)
		return -1;
	if (fcntl(fd, F_SETFL, O_APPEND) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
		close(fd);
		return -1;
	}
	ioctl(fd, FS_IOC_SETFLAGS, &append);
	return fd;
}

/*
 * The first executable file of that name in PATH. posix_spawnp() would ask execve(2) for each folder, which costs some
 * 40,000 instructions a time where stat(2) costs 3,000. Returns 0, or errno: EACCES for one that is not executable.
 */
static int
find_program(const char *name, char path[PATH_MAX])
{
	const char *folder = getenv("PATH");
	int error = ENOENT;

	if (strchr(name, '/') != NULL || *name == '\0')
		folder = "";
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
 * The child of vfork(2): it shares init's memory until execve(2), so it changes nothing but its own descriptors and what
 * the kernel holds of it. All signal actions of PID 1 are the default already. Returns errno.
 */
static int
become(const char *path, char *const argv[], int out, int err)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	sigemptyset(&none);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		return errno;
	close(null);
	setsid();
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(path, argv, environ);
	return errno;
}

static int
start(char *const argv[], int out, int err, pid_t *pid)
{
	char path[PATH_MAX];
	volatile int error = find_program(argv[0], path);

	if (error != 0)
		return error;
	*pid = vfork();
	if (*pid == 0) {
		error = become(path, argv, out, err);
		_exit(127);
	}
	if (*pid < 0)
		return errno;
	if (error != 0)
		waitpid(*pid, NULL, 0);
	return error;
}

/* A wait for the end of processes: what has been asked of them, and until when it has time to work. */
struct wait {
	pid_t pid;	      /* the one that matters */
	bool ended;	      /* it has */
	bool alone;	      /* no child is left */
	uint64_t started_ns;
	uint64_t deadline_ns; /* 0: none */
	int signal;	      /* asked for the machine's end */
	struct run_result *result;
};

static void
note_end(struct wait *w, int status, const struct rusage *usage)
{
	w->ended = true;
	if (w->result == NULL)
		return;
	w->result->wall_ns = now_ns() - w->started_ns;
	w->result->status = status;
	w->result->usage = *usage;
}

/* Reaps some; false when there is nothing left to reap now. */
static bool
reap(struct wait *w)
{
	struct rusage usage;
	int status;

	for (int i = 0; i < REAP_AT_ONCE; i++) {
		pid_t pid = wait4(-1, &status, WNOHANG, &usage);

		if (pid < 0 && errno == EINTR)
			continue;
		w->alone = pid < 0;
		if (pid <= 0)
			return false;
		/* It asked its parent, init, to trace it (PTRACE_TRACEME): it is let go, with the signal it stopped for. */
		if (WIFSTOPPED(status))
			ptrace(PTRACE_DETACH, pid, 0, (long)(WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status)));
		else if (pid == w->pid)
			note_end(w, status, &usage);
	}
	return true;
}

/* Sleeps until something happens or the deadline passes. Sleeping for ever needs no timer. */
static void
sleep_until_event(struct wait *w)
{
	sigset_t set = awaited_signals();
	struct timespec left = {0};
	uint64_t now = w->deadline_ns != 0 ? now_ns() : 0;
	int signal;

	if (w->deadline_ns > now)
		left = (struct timespec){(time_t)((w->deadline_ns - now) / SECOND_NS),
					 (long)((w->deadline_ns - now) % SECOND_NS)};
	signal = sigtimedwait(&set, NULL, w->deadline_ns != 0 ? &left : NULL);
	if (signal > 0 && signal != SIGCHLD)
		w->signal = signal;
}

/*
 * Until the process has ended, or all have; false: out of time, or, while it is for the one process, asked to stop. The
 * deadline counts also while orphans die faster than they are reaped.
 */
static bool
wait_for(struct wait *w, bool all, uint64_t seconds)
{
	w->deadline_ns = seconds != 0 ? now_ns() + seconds * SECOND_NS : 0;
	for (;;) {
		bool more = reap(w);

		if (all ? w->alone : w->ended || w->alone)
			return true;
		if ((w->deadline_ns != 0 && now_ns() >= w->deadline_ns) || (!all && w->signal != 0))
			return false;
		if (!more)
			sleep_until_event(w);
	}
}

/* Before all others: thousands of them may want the CPU. The shell after the run does not inherit it. */
static void
take_precedence(void)
{
	struct sched_param param = {.sched_priority = 1};

	/* musl's sched_setscheduler() only says ENOSYS. */
	syscall(SYS_sched_setscheduler, 0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param);
}

static bool
kill_and_wait(struct wait *w)
{
	kill(-1, SIGKILL);
	return wait_for(w, true, KILL_LIMIT_S);
}

void
run_command(char *const argv[], uint64_t timeout_s, int out, int err, struct run_result *result,
	    void (*stray)(uint64_t pid, const char *name))
{
	struct wait w = {.result = result, .started_ns = now_ns()};

	*result = (struct run_result){.error = start(argv, out, err, &w.pid)};
	if (result->error != 0) {
		result->wall_ns = now_ns() - w.started_ns;
		return;
	}
	if (!wait_for(&w, false, timeout_s)) {
		result->timed_out = w.signal == 0;
		take_precedence();
		kill(-1, SIGTERM);
		wait_for(&w, true, TERM_GRACE_S);
	}
	if (!w.alone) {
		take_precedence();
		stray_find(w.ended ? 0 : w.pid, stray);
		result->unkillable = !kill_and_wait(&w);
	}
	if (!w.ended)
		note_end(&w, SIGKILL, &(struct rusage){0});
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
