/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/console_out.h"
#include "base/files.h"
#include "run/run.h"
#include "text.h"

const char *
shell_find(void)
{
	static const char *const shells[] = {"/bin/bash", "/usr/bin/bash", "/bin/sh",
					     "/usr/bin/sh"};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (access(shells[i], X_OK) == 0)
			return shells[i];
	return NULL;
}

/* /dev/console cannot be a controlling terminal. The last console in sysfs is the one in use. */
static int
open_terminal(void)
{
	char names[256], path[300];
	struct text t = text_in(path, sizeof(path));
	char *name;

	if (file_read("/sys/class/tty/console/active", names, sizeof(names)) <= 0)
		return -1;
	names[strcspn(names, "\n")] = '\0';
	name = strrchr(names, ' ');
	text_string(&t, "/dev/");
	text_string(&t, name != NULL ? name + 1 : names);
	text_char(&t, '\0');
	return open(path, O_RDWR);
}

/* Runs in the child of vfork(2), which shares init's memory, so it only makes system calls. */
static _Noreturn void
exec_shell(const char *shell)
{
	const char *slash = strrchr(shell, '/');
	sigset_t none;
	int fd;

	setsid();
	fd = open_terminal();
	if (fd >= 0) {
		ioctl(fd, TIOCSCTTY, 0);
		for (int to = STDIN_FILENO; to <= STDERR_FILENO; to++)
			dup2(fd, to);
		if (fd > STDERR_FILENO)
			close(fd);
	}
	umask(022); /* init's umask is 0 */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(shell, (char *const[]){(char *)slash + 1, NULL}, environ);
	console_print("lull: cannot execute the shell of this image\n");
	_exit(127);
}

int
shell_run(const char *shell)
{
	pid_t pid = vfork();

	if (pid == 0)
		exec_shell(shell);
	return pid < 0 ? -1 : run_wait(pid);
}
