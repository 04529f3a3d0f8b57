/* SPDX-License-Identifier: MIT */
/*
 * Measures the cost of system calls: times each operation in batches, and writes the nanoseconds
 * per operation of each batch as a sample to the descriptor LULL_RESULTS_FD (lull-init(8)), or to
 * stdout without one. In exact mode nanoseconds are instructions. A batch is shorter than a timer
 * tick, so the minimum is free of ticks.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 200, PASSES = 3 };

static int there[2], back[2], zero;
static FILE *results;

static void
check(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

/* By number, since a C library may cache the answer. */
static void
call_getppid(void)
{
	syscall(SYS_getppid);
}

static void
read_zero(void)
{
	char byte;

	check(read(zero, &byte, 1) == 1, "/dev/zero");
}

static void
pipe_alone(void)
{
	char byte = 0;

	check(write(there[1], &byte, 1) == 1 && read(there[0], &byte, 1) == 1, "pipe");
}

/* Two processes on one CPU: two context switches per round trip. */
static void
pipe_round_trip(void)
{
	char byte = 0;

	check(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "pipe");
}

static void
fork_and_wait(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	check(pid > 0 && waitpid(pid, NULL, 0) == pid, "fork");
}

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
measure(const char *name, void (*operation)(void), int batch)
{
	static uint64_t spent[BATCHES];

	for (int pass = 0; pass < PASSES; pass++)
		operation();
	for (int i = 0; i < BATCHES; i++) {
		uint64_t start = now();
		for (int j = 0; j < batch; j++)
			operation();
		spent[i] = now() - start;
	}
	for (int i = 0; i < BATCHES; i++)
		fprintf(results, "%s %.3f ns\n", name, (double)spent[i] / batch);
	check(fflush(results) == 0, "results");
}

static void
echo_for_ever(void)
{
	char byte;

	close(there[1]);
	while (read(there[0], &byte, 1) == 1)
		if (write(back[1], &byte, 1) != 1)
			break;
	_exit(0);
}

int
main(void)
{
	const char *descriptor = getenv("LULL_RESULTS_FD");

	results = descriptor != NULL ? fdopen(atoi(descriptor), "w") : stdout;
	zero = open("/dev/zero", O_RDONLY);
	check(results != NULL && zero >= 0 && pipe(there) == 0 && pipe(back) == 0, "set-up");
	measure("getppid", call_getppid, 500);
	measure("read_zero", read_zero, 500);
	measure("pipe", pipe_alone, 200);
	measure("fork_wait", fork_and_wait, 5);
	pid_t child = fork();
	if (child == 0)
		echo_for_ever();
	check(child > 0, "fork");
	measure("pipe_round_trip", pipe_round_trip, 50);
	close(there[1]);
	close(there[0]);
	check(waitpid(child, NULL, 0) == child, "wait");
	return 0;
}
