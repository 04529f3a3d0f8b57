/* SPDX-License-Identifier: MIT */
/*
 * Measures the overhead of the running kernel:
 *
 *	kernel-facts size
 *
 * prints the number of kernel threads and the memory in use, kB,
 *
 *	kernel-facts idle SECONDS
 *
 * the interrupts of all CPUs and the context switches of an idle machine, after the boot, and
 *
 *	kernel-facts busy CPU SECONDS
 *
 * the interrupts of that CPU while a loop runs on it.
 */
#include <dirent.h>
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SETTLE_S = 5 }; /* deferred work of the boot ends */

static FILE *
open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (file == NULL)
		err(1, "cannot open %s", path);
	return file;
}

/* The number after a word at the start of a line of /proc/stat or /proc/meminfo (proc(5)). */
static long
read_number(const char *path, const char *word)
{
	FILE *file = open_file(path);
	size_t length = strlen(word);
	char *line = NULL;
	size_t size = 0;
	long value = -1;

	while (value < 0 && getline(&line, &size, file) > 0)
		if (strncmp(line, word, length) == 0)
			value = strtol(line + length, NULL, 10);
	free(line);
	fclose(file);
	if (value < 0)
		errx(1, "%s has no %s", path, word);
	return value;
}

/*
 * Counts all interrupts of a CPU, or of all CPUs for -1. A line of /proc/interrupts is "NAME: COUNT
 * COUNT ... DESCRIPTION".
 */
static long
count_interrupts(int cpu)
{
	FILE *file = open_file("/proc/interrupts");
	char line[1024];
	long sum = 0;

	while (fgets(line, sizeof(line), file) != NULL) {
		char *at = strchr(line, ':'), *end;
		for (int i = 0; at != NULL; i++, at = end) {
			long count = strtol(i == 0 ? at + 1 : at, &end, 10);
			if (end == at || (i == 0 && end == at + 1))
				break;
			if (cpu < 0 || i == cpu)
				sum += count;
		}
	}
	fclose(file);
	return sum;
}

/* Counts the processes without memory of their own. */
static int
count_kernel_threads(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		char path[300], line[16];
		snprintf(path, sizeof(path), "/proc/%s/statm", entry->d_name);
		FILE *file = strtol(entry->d_name, NULL, 10) > 0 ? fopen(path, "r") : NULL;
		if (file == NULL)
			continue;
		count += fgets(line, sizeof(line), file) != NULL && strncmp(line, "0 ", 2) == 0;
		fclose(file);
	}
	return count;
}

static void
print_size(void)
{
	static const char meminfo[] = "/proc/meminfo";
	long total = read_number(meminfo, "MemTotal:"),
	     available = read_number(meminfo, "MemFree:");

	printf("threads %d\nused %ld\n", count_kernel_threads(), total - available);
}

static void
print_idle(unsigned seconds)
{
	sleep(SETTLE_S);
	long interrupts_before = count_interrupts(-1),
	     switches_before = read_number("/proc/stat", "ctxt ");
	sleep(seconds);
	long interrupts_after = count_interrupts(-1),
	     switches_after = read_number("/proc/stat", "ctxt ");
	printf("interrupts %ld\nswitches %ld\n", interrupts_after - interrupts_before,
	       switches_after - switches_before);
}

static time_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void
print_busy(int cpu, time_t seconds)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		err(1, "cannot move to CPU %d", cpu);
	sleep(2); /* the work of the migration ends */
	for (time_t start = now(); now() < start + 1;)
		continue;
	long before = count_interrupts(cpu);
	for (time_t start = now(); now() < start + seconds;)
		continue;
	printf("interrupts %ld\n", count_interrupts(cpu) - before);
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "size") == 0)
		print_size();
	else if (argc == 3 && strcmp(argv[1], "idle") == 0)
		print_idle((unsigned)strtoul(argv[2], NULL, 10));
	else if (argc == 4 && strcmp(argv[1], "busy") == 0)
		print_busy((int)strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10));
	else
		errx(2, "usage: kernel-facts size | idle SECONDS | busy CPU SECONDS");
	return 0;
}
