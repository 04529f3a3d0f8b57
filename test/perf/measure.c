/* SPDX-License-Identifier: MIT */
/*
 * Compares the times of commands: runs them in turn, so that disturbances of the machine affect all
 * of them, and prints for each a line "WALL CPU", the medians in milliseconds. CPU is user and
 * system time of the command and all children that it waited for. A first run of each is not
 * counted.
 *
 *	measure [-n RUNS] [-i STDIN] -- COMMAND... [-- COMMAND...]...
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 8, RUNS_MAX = 999, RUNS_DEFAULT = 9 };

struct command {
	char **argv;
	double wall_ms[RUNS_MAX];
	double cpu_ms[RUNS_MAX];
};

static double
milliseconds(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
become(char **argv, const char *input)
{
	int in = open(input, O_RDONLY), out = open("/dev/null", O_WRONLY);

	if (in < 0)
		err(127, "cannot open %s", input);
	if (out < 0)
		err(127, "cannot open /dev/null");
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execvp(argv[0], argv);
	err(127, "cannot run %s", argv[0]);
}

static void
run(char **argv, const char *input, double *wall_ms, double *cpu_ms)
{
	struct rusage usage;
	int status;
	double start = now_ms();
	pid_t pid = fork();

	if (pid < 0)
		err(1, "cannot fork");
	if (pid == 0)
		become(argv, input);
	if (wait4(pid, &status, 0, &usage) != pid)
		err(1, "cannot wait for %s", argv[0]);
	*wall_ms = now_ms() - start;
	*cpu_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "%s failed", argv[0]);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare_doubles);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Splits the words at each `--`. */
static size_t
read_commands(char **words, struct command *commands)
{
	size_t count = 0;
	char **start = words;

	for (char **word = words;; word++) {
		if (*word != NULL && strcmp(*word, "--") != 0)
			continue;
		if (word == start || count == COMMANDS_MAX)
			errx(2, "between 1 and %d commands, none empty", COMMANDS_MAX);
		commands[count++].argv = start;
		if (*word == NULL)
			return count;
		*word = NULL;
		start = word + 1;
	}
}

int
main(int argc, char *argv[])
{
	static struct command commands[COMMANDS_MAX];
	const char *input = "/dev/null";
	size_t runs = RUNS_DEFAULT;
	int option;

	while ((option = getopt(argc, argv, "+n:i:")) != -1) {
		if (option == 'n')
			runs = strtoul(optarg, NULL, 10);
		else if (option == 'i')
			input = optarg;
		else
			errx(
			    2,
			    "usage: measure [-n RUNS] [-i STDIN] -- COMMAND... [-- COMMAND...]...");
	}
	if (runs < 1 || runs > RUNS_MAX)
		errx(2, "between 1 and %d runs", RUNS_MAX);
	size_t count = read_commands(argv + optind, commands);
	for (size_t i = 0; i < count; i++)
		run(commands[i].argv, input, &commands[i].wall_ms[0], &commands[i].cpu_ms[0]);
	for (size_t r = 0; r < runs; r++)
		for (size_t i = 0; i < count; i++)
			run(commands[i].argv, input, &commands[i].wall_ms[r],
			    &commands[i].cpu_ms[r]);
	for (size_t i = 0; i < count; i++)
		printf("%.2f %.2f\n", median(commands[i].wall_ms, runs),
		       median(commands[i].cpu_ms, runs));
	return 0;
}
