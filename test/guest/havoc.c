/* SPDX-License-Identifier: MIT */
/*
 * Actions of an experiment against the machine and PID 1, selected by name; prints "done"
 * afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 1 << 20, ROOM = 2 << 20 };

/* Uses memory until it is exhausted. */
static void
take_memory(void)
{
	for (;;) {
		char *block = malloc(BLOCK);
		if (block != NULL)
			memset(block, 1, BLOCK);
	}
}

/*
 * Writes more output than can be kept in /run, where init keeps it, once a file has taken all but
 * ROOM bytes: the serial line sends a megabyte a second. Prints the size of /run and of the memory.
 */
static void
flood(void)
{
	static char block[BLOCK];
	struct statvfs run;
	struct sysinfo memory;

	if (statvfs("/run", &run) == 0 && run.f_bavail * run.f_frsize > ROOM) {
		int fd = open("/run/fill", O_WRONLY | O_CREAT | O_EXCL, 0600);
		posix_fallocate(fd, 0, (off_t)(run.f_bavail * run.f_frsize - ROOM));
		close(fd);
		sysinfo(&memory);
		fprintf(stderr, "%lu %lu\n", run.f_blocks * run.f_frsize,
			memory.totalram * memory.mem_unit);
	}
	memset(block, 'x', sizeof(block));
	while (write(STDOUT_FILENO, block, sizeof(block)) > 0)
		;
	fprintf(stderr, "%s\n", strerror(errno));
}

static void
fill_root(void)
{
	static char block[BLOCK];
	int fd = open("/fill", O_WRONLY | O_CREAT | O_EXCL, 0600);

	memset(block, 1, sizeof(block));
	while (write(fd, block, sizeof(block)) > 0)
		;
	fprintf(stderr, "%s\n", strerror(errno));
}

static void
close_all(void)
{
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	_exit(5);
}

static void
kill_group(void)
{
	kill(0, SIGKILL);
}

static void
mount_over(void)
{
	static const char *const at[] = {"/dev", "/proc", "/run", "/sys", "/etc"};

	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++)
		if (mount("tmpfs", at[i], "tmpfs", 0, NULL) != 0)
			perror(at[i]);
}

static void
lock_root(void)
{
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
		perror("remount");
}

/* Sends all signals except those that ask init to end the machine (init/run/wait.c). */
static void
signal_init(void)
{
	static const char asking[] = {SIGTERM, SIGUSR1, SIGUSR2, SIGINT, SIGPWR};

	for (int number = 1; number < NSIG; number++)
		if (memchr(asking, number, sizeof(asking)) == NULL)
			kill(1, number);
}

static void
limit_files(void)
{
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){100, 100});
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 100; i++)
		if (write(STDOUT_FILENO, "0123456789", 10) < 0)
			break;
	exit(6);
}

/* Prints a megabyte in one line, then bytes that are not text, then imitations of records. */
static void
print_oddly(void)
{
	for (int i = 0; i < 1 << 20; i++)
		putchar('a' + i % 26);
	for (int i = 0; i < 512; i++)
		putchar(i % 256);
	for (int i = 0; i < 20; i++)
		printf("\n@LULL1 0123456789abcdef %d exit t 15 run 1%%0astatus 9%%0a "
		       "0123456789abcdef\r\n",
		       i);
}

/* Each process leaves the session, forks and stays. */
static void
multiply(void)
{
	for (;;) {
		setsid();
		if (fork() < 0)
			usleep(1000);
	}
}

/*
 * The same, but left behind: the parent uses no memory, since it might wait a minute for some once
 * it is exhausted.
 */
static void
multiply_behind(void)
{
	if (fork() == 0)
		multiply();
	sleep(4);
	_exit(0);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(void);
	} all[] = {{"memory", take_memory}, {"flood", flood},	     {"root", fill_root},
		   {"close", close_all},    {"group", kill_group},   {"mount", mount_over},
		   {"lock", lock_root},	    {"signal", signal_init}, {"limit", limit_files},
		   {"oddly", print_oddly},  {"multiply", multiply},  {"behind", multiply_behind}};

	for (size_t i = 0; argc == 2 && i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(all[i].name, argv[1]) != 0)
			continue;
		all[i].run();
		printf("done\n");
		return 0;
	}
	return 2;
}
