/* SPDX-License-Identifier: MIT */
/* Prints the environment of an experiment, one "NAME VALUE" per line. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void
print_descriptors(void)
{
	struct stat st;
	char path[32], target[PATH_MAX];

	for (int fd = 0; fd < 256; fd++) {
		if (fstat(fd, &st) != 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		ssize_t length = readlink(path, target, sizeof(target));
		printf("descriptor %d %.*s%s\n", fd, (int)(length < 0 ? 0 : length), target,
		       fcntl(fd, F_GETFL) & O_APPEND ? " append" : "");
	}
}

static void
print_signals(void)
{
	struct sigaction action;
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int number = 1; number < NSIG; number++) {
		if (sigismember(&blocked, number) == 1)
			printf("blocked %d\n", number);
		if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			printf("disposition %d\n", number);
	}
}

static void
print_file(const char *path)
{
	struct stat st;
	char target[PATH_MAX];
	ssize_t length;

	if (lstat(path, &st) != 0) {
		printf("missing %s\n", path);
		return;
	}
	length = S_ISLNK(st.st_mode) ? readlink(path, target, sizeof(target)) : -1;
	if (length >= 0)
		printf("link %s %.*s\n", path, (int)length, target);
	else
		printf("file %s %o\n", path, (unsigned)st.st_mode);
}

static void
print_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		printf("loopback missing\n");
	else
		printf("loopback %s\n", request.ifr_flags & IFF_UP ? "up" : "down");
}

int
main(void)
{
	static const char *const files[] = {
	    "/dev/console",  "/dev/null",  "/dev/zero",	      "/dev/full",   "/dev/random",
	    "/dev/urandom",  "/dev/tty",   "/dev/ptmx",	      "/dev/kmsg",   "/dev/ttyS0",
	    "/dev/fd",	     "/dev/stdin", "/dev/stdout",     "/dev/stderr", "/dev/pts",
	    "/dev/pts/ptmx", "/dev/shm",   "/proc/self/stat", "/sys/kernel", "/run",
	    "/tmp",	     "/etc/mtab",
	};
	char name[256] = "";

	print_descriptors();
	print_signals();
	for (char **variable = environ; *variable != NULL; variable++)
		printf("environment %s\n", *variable);
	printf("session %s\n", getsid(0) == getpid() ? "own" : "foreign");
	printf("terminal %s\n", open("/dev/tty", O_RDONLY) < 0 ? "none" : "one");
	printf("umask %o\n", (unsigned)umask(0));
	printf("folder %s\n", getcwd(name, sizeof(name)) ? name : "none");
	gethostname(name, sizeof(name));
	printf("hostname %s\n", name);
	struct hostent *host = gethostbyname(name);
	printf("resolves to %s\n",
	       host != NULL ? inet_ntoa(*(struct in_addr *)host->h_addr_list[0]) : "nothing");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		print_file(files[i]);
	print_loopback();
	return 0;
}
