/* SPDX-License-Identifier: MIT */
#include "trace/trace_start.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/memory.h"
#include "trace/trace.h"
#include "trace/trace_calls.h"

bool
trace_start_can_filter(void)
{
	uint32_t action = SECCOMP_RET_TRACE;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* The part of the filter for one ABI, behind a jump past it for all others. Returns the number of instructions. */
static size_t
write_abi(struct sock_filter *out, enum trace_abi abi)
{
	const struct sock_filter number =
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, nr));
	size_t count = 2, calls = 0;

	for (size_t i = 0; i < trace_call_count; i++)
		calls += trace_calls[i].numbers[abi] != TRACE_NONE;
	out[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, trace_arch(abi), 0, (uint8_t)(calls + 3));
	out[1] = number;
	for (size_t i = 0; i < trace_call_count; i++) {
		if (trace_calls[i].numbers[abi] == TRACE_NONE)
			continue;
		/* To the end of the part, which is behind all calls and the statement that lets others pass. */
		out[count] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)trace_calls[i].numbers[abi], (uint8_t)(calls + 2 - count), 0);
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
	struct sock_filter *out = memory_get(TRACE_ABIS * (trace_call_count + 4) + 2, sizeof(*out));
	size_t used = 0;

	out[used++] =
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, arch));
	for (int abi = 0; abi < TRACE_ABIS; abi++)
		used += write_abi(out + used, (enum trace_abi)abi);
	out[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	*count = (unsigned short)used;
	return out;
}

/* Who may not do so without gives up further rights of set-user-ID programs, which a tracer has taken already. */
static int
set_filter(const struct sock_fprog *filter)
{
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) == 0)
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter);
}

/* What rt_sigaction(2) takes: zeros for whatever the machine has behind the handler. */
struct kernel_action {
	void (*handler)(int);
	unsigned long rest[4];
};

/* In the new process: all as Lull's init starts a command, but for the current directory. */
static void __attribute__((noreturn)) execute(const struct trace_command *command, const struct sock_fprog *filter,
					      const sigset_t *mask, int go, struct trace_start *start)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	while (read(go, &byte, 1) < 0 && errno == EINTR)
		;
	/* The C library's own two as well, which posix_spawn(3) of some versions leaves ignored and signal(3) refuses. */
	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, &(struct kernel_action){.handler = SIG_DFL}, NULL,
			sizeof(unsigned long));
	umask(022);
	int nothing = open("/dev/null", O_RDONLY);
	bool ready = nothing >= 0 && dup2(nothing, STDIN_FILENO) == STDIN_FILENO &&
		     dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO && chdir(command->directory) == 0;
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0); /* of what packer itself was started with */
	if (ready && filter != NULL && set_filter(filter) != 0) {
		start->no_filter = true;
		ready = false;
	}
	if (ready && prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0 && sigprocmask(SIG_SETMASK, mask, NULL) == 0)
		execve(command->program, command->argv, command->environment);
	start->problem = errno;
	_exit(127);
}

/* Waits until the process is stopped. */
static int
stop(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0)
		return -1;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return -1;
	return WIFSTOPPED(status) ? 0 : -1;
}

pid_t
trace_start(const struct trace_command *command, bool filtered, const sigset_t *mask, struct trace_start *start)
{
	const intptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
				 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | (filtered ? PTRACE_O_TRACESECCOMP : 0);
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
	if (pid > 0 && (ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) != 0 || stop(pid) != 0)) {
		problem = errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, __WALL);
		pid = -1;
	}
	/* It goes on when this is closed, and when it is let go. */
	close(go[1]);
	free(filter.filter);
	errno = problem;
	return pid;
}
