/* SPDX-License-Identifier: MIT */
#include "target/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	FIXED_ARGUMENTS_MAX = 64,
	PIPE_SIZE =
	    1 << 20, /* so that the guest never waits for bench, which would change exact mode */
	END_WAIT_MS = 5000,
};

const char *
qemu_accel_name(enum accel accel)
{
	return accel == ACCEL_KVM ? "kvm" : "tcg";
}

int
qemu_find(char *path, size_t size)
{
	const char *at = getenv("PATH");

	for (const char *end; at != NULL; at = *end == ':' ? end + 1 : NULL) {
		end = strchrnul(at, ':');
		struct stat status;
		int folder = (int)(end - at);
		int length = snprintf(path, size, "%.*s/" QEMU_PROGRAM, folder > 0 ? folder : 1,
				      folder > 0 ? at : ".");

		if (length > 0 && (size_t)length < size && stat(path, &status) == 0 &&
		    S_ISREG(status.st_mode) && access(path, X_OK) == 0)
			return 0;
	}
	errno = ENOENT;
	return -1;
}

struct arguments {
	const char **at;
	size_t count;
};

static void
append_words(struct arguments *a, const char *const *words)
{
	for (; *words != NULL; words++)
		a->at[a->count++] = *words;
}

static void
append_option(struct arguments *a, const char *option, const char *value)
{
	a->at[a->count++] = option;
	a->at[a->count++] = value;
}

static void
append_board(struct arguments *a, const struct machine *m)
{
	/*
	 * Each of these was needed to make boots repeat to the byte. With rdrand, which -seed makes
	 * repeat too, the kernel's random numbers are ready from the start, as on hardware; without
	 * it each costs 6,500 more instructions. With ioeventfd another thread of QEMU does the
	 * work that a driver polls for, and the number of polls would depend on the host.
	 */
	static const char *const exact[] = {
	    "-M",      "pc-i440fx-7.2",
	    "-accel",  "tcg,thread=single",
	    "-icount", "shift=0,sleep=off",
	    "-cpu",    "Nehalem,+rdrand",
	    "-net",    "none",
	    "-rtc",    "base=2020-01-01,clock=vm",
	    "-seed",   "1",
	    "-global", "virtio-net-pci.ioeventfd=off",
	    "-global", "virtio-blk-pci.ioeventfd=off",
	    "-global", "virtio-scsi-pci.ioeventfd=off",
	    "-global", "virtio-serial-pci.ioeventfd=off",
	    "-global", "virtio-rng-pci.ioeventfd=off",
	    NULL,
	};
	static const char *const kvm[] = {"-accel", "kvm", "-cpu", "host", NULL};
	static const char *const tcg[] = {"-accel", "tcg", "-cpu", "max", NULL};
	static const char *const boards[] = {
	    [BOARD_PC] = "pc",
	    [BOARD_Q35] = "q35",
	    [BOARD_MICROVM] = "microvm,acpi=off,pit=on,pic=on,rtc=on",
	};

	if (!m->exact)
		append_option(a, "-M", boards[m->board]);
	append_words(a, m->exact ? exact : m->accel == ACCEL_KVM ? kvm : tcg);
}

/*
 * Returns the arguments in one block, which points into `numbers` and the machine's strings; NULL
 * with errno ENOMEM.
 */
static char **
make_arguments(const struct machine *m, int qmp, char numbers[3][32])
{
	static const char *const fixed[] = {
	    "-nodefaults", "-no-user-config",
	    "-display",	   "none",
	    "-no-reboot",  "-S",
	    "-chardev",	   "stdio,id=console,signal=off",
	    "-serial",	   "chardev:console",
	    "-mon",	   "chardev=qmp,mode=control",
	    NULL,
	};
	size_t extra = 0;

	while (m->extra != NULL && m->extra[extra] != NULL)
		extra++;
	struct arguments a = {calloc(FIXED_ARGUMENTS_MAX + extra, sizeof(*a.at)), 0};
	if (a.at == NULL)
		return NULL;
	snprintf(numbers[0], sizeof(numbers[0]), "%u", m->cpus);
	snprintf(numbers[1], sizeof(numbers[1]), "%llu", (unsigned long long)m->memory_mib);
	snprintf(numbers[2], sizeof(numbers[2]), "socket,id=qmp,fd=%d", qmp);
	a.at[a.count++] = m->qemu;
	append_words(&a, fixed);
	append_board(&a, m);
	append_option(&a, "-chardev", numbers[2]);
	append_option(&a, "-smp", numbers[0]);
	append_option(&a, "-m", numbers[1]);
	append_option(&a, "-kernel", m->kernel);
	append_option(&a, "-initrd", m->initrd);
	append_option(&a, "-append", m->line);
	if (m->firmware != NULL)
		append_option(&a, "-bios", m->firmware);
	if (m->extra != NULL)
		append_words(&a, (const char *const *)m->extra);
	return (char **)a.at;
}

struct ends {
	int input[2];
	int output[2];
	int errors[2];
	int qmp[2];
};

static void
close_two(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

static void
close_ends(struct ends *e)
{
	int saved = errno;

	close_two(e->input);
	close_two(e->output);
	close_two(e->errors);
	close_two(e->qmp);
	errno = saved;
}

static int
open_ends(struct ends *e)
{
	memset(e, -1, sizeof(*e));
	if (pipe2(e->input, O_CLOEXEC) != 0 || pipe2(e->output, O_CLOEXEC) != 0 ||
	    pipe2(e->errors, O_CLOEXEC) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, e->qmp) != 0) {
		close_ends(e);
		return -1;
	}
	fcntl(e->output[0], F_SETPIPE_SZ, PIPE_SIZE);
	fcntl(e->output[0], F_SETFL, O_NONBLOCK);
	fcntl(e->errors[0], F_SETFL, O_NONBLOCK);
	fcntl(e->input[1], F_SETFL, O_NONBLOCK);
	fcntl(e->qmp[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static _Noreturn void
become_qemu(const struct ends *e, const char *program, char *const argv[], pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setpgid(0, 0);
	dup2(e->input[0], STDIN_FILENO);
	dup2(e->output[1], STDOUT_FILENO);
	dup2(e->errors[1], STDERR_FILENO);
	fcntl(e->qmp[1], F_SETFD, 0);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(program, argv);
	dprintf(STDERR_FILENO, "cannot execute %s: %s\n", program, strerror(errno));
	_exit(127);
}

int
qemu_start(struct qemu *q, const struct machine *machine)
{
	struct ends e;
	char numbers[3][32];
	pid_t parent = getpid();

	*q = (struct qemu){0, -1, -1, -1, -1};
	if (open_ends(&e) != 0)
		return -1;
	char **argv = make_arguments(machine, e.qmp[1], numbers);
	if (argv == NULL) {
		close_ends(&e);
		return -1;
	}
	pid_t pid = fork();
	if (pid == 0)
		become_qemu(&e, machine->qemu, argv, parent);
	free(argv);
	if (pid < 0) {
		close_ends(&e);
		return -1;
	}
	*q = (struct qemu){pid, e.output[0], e.input[1], e.errors[0], e.qmp[0]};
	e.output[0] = e.input[1] = e.errors[0] = e.qmp[0] = -1;
	close_ends(&e);
	return 0;
}

bool
qemu_is_gone(struct qemu *q, int *status)
{
	if (q->pid == 0 || waitpid(q->pid, status, WNOHANG) != q->pid)
		return false;
	q->pid = 0;
	return true;
}

void
qemu_kill(const struct qemu *q)
{
	if (q->pid > 0)
		kill(q->pid, SIGKILL);
}

void
qemu_close(struct qemu *q)
{
	struct timespec moment = {0, 1000 * 1000};
	int status;

	qemu_kill(q);
	/* With a broken /dev/kvm a process may be stuck in the kernel: the wait is bounded. */
	for (int i = 0; q->pid > 0 && !qemu_is_gone(q, &status) && i < END_WAIT_MS; i++)
		nanosleep(&moment, NULL);
	int fds[] = {q->console, q->input, q->errors, q->qmp};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*q = (struct qemu){0, -1, -1, -1, -1};
}
