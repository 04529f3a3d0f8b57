/* SPDX-License-Identifier: MIT */
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "host/memory.h"
#include "trace/trace_event.h"
#include "trace/traced.h"

/* Progress of the new process, in shared memory. */
struct trace_start {
	int problem;	/* the errno with which it failed to execute the command; 0: none */
	bool no_filter; /* because the kernel refused the filter */
};

static pid_t trace_start(const struct trace_command *command, bool filtered, const sigset_t *mask,
			 struct trace_start *start);

/* The first process of a traced run. */

/* Returns whether the kernel has SECCOMP_RET_TRACE. */
static bool
trace_start_can_filter(void)
{
	uint32_t action = SECCOMP_RET_TRACE;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/*
 * The part of the filter for one ABI, after a jump past it for all others. Returns the number of
 * instructions.
 */
static size_t
write_abi(struct sock_filter *out, enum trace_abi abi)
{
	const struct sock_filter number =
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, nr));
	size_t count = 2, calls = 0;

	for (size_t i = 0; i < trace_call_count; i++)
		calls += trace_calls[i].numbers[abi] != TRACE_NONE;
	out[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, trace_arch(abi), 0,
					      (uint8_t)(calls + 3));
	out[1] = number;
	for (size_t i = 0; i < trace_call_count; i++) {
		if (trace_calls[i].numbers[abi] == TRACE_NONE)
			continue;
		/*
		 * Jumps to the end of the part, after all calls and the statement that allows other
		 * calls.
		 */
		out[count] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							  (uint32_t)trace_calls[i].numbers[abi],
							  (uint8_t)(calls + 2 - count), 0);
		count++;
	}
	out[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	out[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	return count;
}

/* The filter's instructions, to be freed. */
static struct sock_filter *
write_filter(unsigned short *count)
{
	struct sock_filter *out = xcalloc(TRACE_ABIS * (trace_call_count + 4) + 2, sizeof(*out));
	size_t used = 0;

	out[used++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						   (uint32_t)offsetof(struct seccomp_data, arch));
	for (int abi = 0; abi < TRACE_ABIS; abi++)
		used += write_abi(out + used, (enum trace_abi)abi);
	out[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	*count = (unsigned short)used;
	return out;
}

/*
 * An unprivileged process must set no_new_privs first. Set-user-ID programs have no extra rights
 * under a tracer anyway.
 */
static int
set_filter(const struct sock_fprog *filter)
{
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) == 0)
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter);
}

/* The argument of rt_sigaction(2): zeros for the machine-specific fields after the handler. */
struct kernel_action {
	void (*handler)(int);
	unsigned long rest[4];
};

/*
 * Runs in the new process: everything as Lull's init starts a command, except for the current
 * directory.
 */
static void __attribute__((noreturn))
execute(const struct trace_command *command, const struct sock_fprog *filter, const sigset_t *mask,
	int go, struct trace_start *start)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	while (read(go, &byte, 1) < 0 && errno == EINTR)
		;
	/*
	 * Includes the two signals that the C library reserves: some versions of posix_spawn(3)
	 * leave them ignored, and signal(3) refuses them.
	 */
	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, &(struct kernel_action){.handler = SIG_DFL}, NULL,
			sizeof(unsigned long));
	umask(022);
	int nothing = open("/dev/null", O_RDONLY);
	bool ready = nothing >= 0 && dup2(nothing, STDIN_FILENO) == STDIN_FILENO &&
		     dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO &&
		     chdir(command->directory) == 0;
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0U,
		0); /* descriptors inherited from packer's caller */
	if (ready && filter != NULL && set_filter(filter) != 0) {
		start->no_filter = true;
		ready = false;
	}
	if (ready && prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0 &&
	    sigprocmask(SIG_SETMASK, mask, NULL) == 0)
		execve(command->program, command->argv, command->environment);
	start->problem = errno;
	_exit(127);
}

/* Waits until the process stops. */
static int
stop_tracee(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0)
		return -1;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return -1;
	return WIFSTOPPED(status) ? 0 : -1;
}

/*
 * Starts a process that is traced and stopped before it executes the command. With `filtered`, it
 * and its descendants then stop only at the calls in trace_calls. `mask` is its signal mask.
 * Returns its id, or -1 with errno.
 */
static pid_t
trace_start(const struct trace_command *command, bool filtered, const sigset_t *mask,
	    struct trace_start *start)
{
	const intptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
				 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
				 (filtered ? PTRACE_O_TRACESECCOMP : 0);
	struct sock_fprog filter = {.len = 0};
	int go[2];

	if (pipe2(go, O_CLOEXEC) != 0)
		return -1;
	filter.filter = write_filter(&filter.len);
	*start = (struct trace_start){.problem = 0};
	pid_t pid = fork();
	if (pid == 0) {
		close(go[1]);
		execute(command, filtered ? &filter : NULL, mask, go[0], start);
	}
	int problem = errno;
	close(go[0]);
	if (pid > 0 &&
	    (ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) != 0 || stop_tracee(pid) != 0)) {
		problem = errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, __WALL);
		pid = -1;
	}
	/* The process continues after this is closed and it is resumed. */
	close(go[1]);
	free(filter.filter);
	errno = problem;
	return pid;
}

enum {
	GRACE_MS = 2000, /* from TERM to KILL for processes that the command leaves running */
	WAIT_MS = 100,
};

/* A traced process or thread. */
struct tracee {
	pid_t pid;
	struct trace_event event;
	bool calling; /* its next stop is the end of a call */
};

struct trace {
	const struct trace_command *command;
	struct traced *traced;
	struct trace_start *start;
	bool filtered;
	bool started; /* it executes the command, and no longer packer */
	int problem;  /* errno if tracing is impossible */
	pid_t first;
	bool ended; /* the command has ended, with `status` */
	int status;
	struct timespec kill_at; /* then: time at which remaining processes are killed */
	bool killed;
	struct tracee *tracees;
	size_t count;
};

static struct tracee *
lookup_tracee(struct trace *trace, pid_t pid)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->tracees[i].pid == pid)
			return &trace->tracees[i];
	trace->tracees = xgrow(trace->tracees, trace->count, sizeof(*trace->tracees));
	trace->tracees[trace->count] = (struct tracee){.pid = pid};
	return &trace->tracees[trace->count++];
}

static void
drop_tracee(struct trace *trace, pid_t pid)
{
	struct tracee *gone = lookup_tracee(trace, pid);

	trace_event_drop(&gone->event);
	*gone = trace->tracees[--trace->count];
}

static void
signal_all(const struct trace *trace, int signal)
{
	for (size_t i = 0; i < trace->count; i++)
		kill(trace->tracees[i].pid, signal);
}

/* Resumes it until its next stop. If it has vanished, waitpid() reports that later. */
static void
resume(const struct trace *trace, const struct tracee *tracee, int signal)
{
	bool every = !trace->filtered || tracee->calling;

	ptrace(every ? PTRACE_SYSCALL : PTRACE_CONT, tracee->pid, NULL, (void *)(intptr_t)signal);
}

/* A system call begins or ends. */
static void
handle_call(struct trace *trace, struct tracee *tracee)
{
	struct __ptrace_syscall_info info;

	if (!trace->started)
		return;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->pid, (void *)sizeof(info), &info) <= 0) {
		/* Linux has it since 5.3. */
		if (errno != ESRCH)
			trace->problem = ENOSYS;
		return;
	}
	bool begins =
	    info.op == PTRACE_SYSCALL_INFO_SECCOMP || info.op == PTRACE_SYSCALL_INFO_ENTRY;
	if (!begins && tracee->event.call != NULL)
		trace_event_end(&tracee->event, tracee->pid, info.exit.rval, trace->traced);
	tracee->calling = false;
	if (!begins)
		return;
	/* The arguments are in the same place in both. */
	const struct trace_call *call = trace_call(trace_abi(info.arch), info.entry.nr);
	trace_event_drop(&tracee->event);
	if (call == NULL)
		return;
	tracee->calling = true;
	trace_event_begin(&tracee->event, tracee->pid, call, (const uint64_t *)info.entry.args,
			  trace->command->directory);
}

/* An exec ends all other threads; the calling thread gets the process's id. */
static struct tracee *
handle_exec(struct trace *trace, pid_t pid)
{
	unsigned long former = 0;

	trace->started = true;
	ptrace(PTRACE_GETEVENTMSG, pid, NULL, &former);
	if (former == 0 || (pid_t)former == pid)
		return lookup_tracee(trace, pid);
	struct tracee *executes = lookup_tracee(trace, (pid_t)former);
	struct tracee moved = *executes;
	executes->event = (struct trace_event){.call = NULL};
	drop_tracee(trace, (pid_t)former);
	struct tracee *tracee = lookup_tracee(trace, pid);
	trace_event_drop(&tracee->event);
	*tracee = moved;
	tracee->pid = pid;
	return tracee;
}

static bool
is_stop(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static void
resume_after_stop(struct trace *trace, pid_t pid, int status)
{
	struct tracee *tracee = lookup_tracee(trace, pid);
	int signal = WSTOPSIG(status), event = status >> 16;

	if (trace->killed) {
		kill(pid, SIGKILL);
		return;
	}
	if (event == PTRACE_EVENT_STOP && is_stop(signal)) {
		ptrace(PTRACE_LISTEN, pid, NULL, NULL);
		return;
	}
	if (event == PTRACE_EVENT_EXEC)
		tracee = handle_exec(trace, pid);
	if (event == PTRACE_EVENT_SECCOMP || signal == (SIGTRAP | 0x80))
		handle_call(trace, tracee);
	bool is_signal = event == 0 && signal != (SIGTRAP | 0x80);
	resume(trace, tracee, is_signal ? signal : 0);
}

/* Terminates processes that the command left running. */
static void
terminate_others(struct trace *trace)
{
	for (size_t i = 0; i < trace->count; i++) {
		char *name = tracee_name(trace->tracees[i].pid);
		if (name != NULL)
			traced_add_name(&trace->traced->left, &trace->traced->left_count, name);
		free(name);
	}
	clock_gettime(CLOCK_MONOTONIC, &trace->kill_at);
	trace->kill_at.tv_sec += GRACE_MS / 1000;
	signal_all(trace, SIGTERM);
}

static void
handle_stop(struct trace *trace, pid_t pid, int status)
{
	if (WIFSTOPPED(status)) {
		resume_after_stop(trace, pid, status);
		return;
	}
	drop_tracee(trace, pid);
	if (pid != trace->first)
		return;
	trace->ended = true;
	trace->status = status;
	terminate_others(trace);
}

/* Returns whether all remaining processes must be killed now. */
static bool
is_time_to_kill(const struct trace *trace)
{
	struct timespec now;

	if (interrupt_signal() != 0 || trace->problem != 0)
		return true;
	if (!trace->ended)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > trace->kill_at.tv_sec ||
	       (now.tv_sec == trace->kill_at.tv_sec && now.tv_nsec >= trace->kill_at.tv_nsec);
}

/* Runs until all processes of the command have ended. Signals are accepted only while waiting. */
static void
trace_loop(struct trace *trace, const sigset_t *waiting)
{
	const struct timespec some = {.tv_nsec = WAIT_MS * 1000000L};
	int status;

	for (;;) {
		if (!trace->killed && is_time_to_kill(trace)) {
			trace->killed = true;
			signal_all(trace, SIGKILL);
		}
		pid_t pid = waitpid(-1, &status, __WALL | WNOHANG);
		if (pid > 0)
			handle_stop(trace, pid, status);
		else if (pid == 0)
			ppoll(NULL, 0, trace->ended ? &some : NULL, waiting);
		else if (errno != EINTR)
			return;
	}
}

/* Starts and traces the command. Returns 0, or an errno. */
static int
run_loop(struct trace *trace, const sigset_t *before, const sigset_t *waiting)
{
	trace->first = trace_start(trace->command, trace->filtered, before, trace->start);
	if (trace->first < 0)
		return errno;
	resume(trace, lookup_tracee(trace, trace->first), 0);
	trace_loop(trace, waiting);
	if (interrupt_signal() != 0)
		return EINTR;
	if (trace->problem != 0)
		return trace->problem;
	return trace->started ? 0 : trace->start->problem != 0 ? trace->start->problem : ECHILD;
}

/* A handler, since an ignored signal would not interrupt ppoll(). */
static void
wake_poll(int signal)
{
	(void)signal;
}

int
trace_run(const struct trace_command *command, struct traced *traced, int *status)
{
	struct trace_start *start =
	    mmap(NULL, sizeof(*start), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct trace trace = {.command = command, .traced = traced, .start = start};
	struct sigaction action = {.sa_handler = wake_poll}, old;
	sigset_t all, before, waiting;

	if (start == MAP_FAILED)
		return errno;
	sigfillset(&all);
	sigaction(SIGCHLD, &action, &old);
	sigprocmask(SIG_BLOCK, &all, &before);
	waiting = before;
	sigdelset(&waiting, SIGCHLD);
	trace.filtered = trace_start_can_filter();
	int problem = run_loop(&trace, &before, &waiting);
	if (problem != 0 && problem != EINTR && start->no_filter) {
		trace.filtered = false;
		trace.ended = false;
		problem = run_loop(&trace, &before, &waiting);
	}
	sigaction(SIGCHLD, &old, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	*status = trace.status;
	free(trace.tracees);
	munmap(start, sizeof(*start));
	return problem;
}
