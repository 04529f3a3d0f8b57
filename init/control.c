/* SPDX-License-Identifier: MIT */
#include "control.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The signals are those of busybox's and System V's init, so that requests of other programs work
 * too.
 */
static const struct {
	const char *name;
	int signal;
	int command;
	enum experiment_finish finish;
} requests[] = {
    {"poweroff", SIGUSR2, RB_POWER_OFF, FINISH_POWEROFF},
    {"reboot", SIGTERM, RB_AUTOBOOT, FINISH_REBOOT},
    {"halt", SIGUSR1, RB_HALT_SYSTEM, FINISH_HALT},
};

enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

static void
write_string(int fd, const char *string)
{
	if (write(fd, string, strlen(string)) < 0)
		return;
}

/*
 * In a chroot on another machine, PID 1 is another program, and that machine must not be shut down.
 */
static bool
under_our_init(void)
{
	struct stat init, self;

	return stat("/proc/1/exe", &init) == 0 && stat("/proc/self/exe", &self) == 0 &&
	       init.st_dev == self.st_dev && init.st_ino == self.st_ino;
}

static int
request_finish(int which, int argc, char *argv[])
{
	bool force = argc == 2 && strcmp(argv[1], "-f") == 0;

	if (argc > 1 && !force) {
		write_string(STDERR_FILENO, "usage: poweroff|reboot|halt [-f]\n");
		return 2;
	}
	if (!under_our_init()) {
		write_string(STDERR_FILENO,
			     "PID 1 is not Lull's init, or /proc is missing: nothing done\n");
		return 1;
	}
	if (force) {
		sync();
		reboot(requests[which].command);
	} else if (kill(1, requests[which].signal) == 0) {
		for (;;)
			pause();
	}
	write_string(STDERR_FILENO, "cannot shut down: only root may\n");
	return 1;
}

int
control_main(int argc, char *argv[])
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "";

	for (int i = 0; i < REQUESTS; i++)
		if (strcmp(requests[i].name, name) == 0)
			return request_finish(i, argc, argv);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		write_string(STDOUT_FILENO, "init (Lull) " LULL_VERSION "\n");
		return 0;
	}
	write_string(STDERR_FILENO,
		     "this is Lull's init: the kernel starts it as PID 1 (rdinit=/init)\n");
	return 2;
}

enum experiment_finish
control_finish(int signal)
{
	for (int i = 0; i < REQUESTS; i++)
		if (requests[i].signal == signal)
			return requests[i].finish;
	/* Ctrl-Alt-Del (SIGINT), and a power failure. */
	return signal == SIGINT ? FINISH_REBOOT : FINISH_POWEROFF;
}
