/* SPDX-License-Identifier: MIT */
/*
 * Leaves ORPHANS grandchildren to PID 1, which end one after another, and waits until all are gone,
 * including zombies; gives up after some seconds. `orphans leave` then leaves as many that stay,
 * and ends.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ORPHANS = 500, TRIES = 1000, PAUSE_NS = 10 * 1000 * 1000 };

static void
leave_orphan(unsigned number, bool stays)
{
	pid_t child = fork();

	if (child < 0) {
		perror("cannot fork");
		exit(1);
	}
	if (child == 0) {
		if (fork() != 0)
			_exit(0);
		if (stays)
			pause();
		nanosleep(&(struct timespec){.tv_nsec = number % 8 * PAUSE_NS}, NULL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

/* Counts other processes of this session; `zombies` is the number of those not reaped yet. */
static int
count_left(int *zombies)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	int left = 0;

	*zombies = 0;
	while (all != NULL && (entry = readdir(all)) != NULL) {
		char path[300], state;
		int pid = atoi(entry->d_name), session;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		if (pid < 2 || pid == getpid() || (f = fopen(path, "r")) == NULL)
			continue;
		if (fscanf(f, "%*d %*s %c %*d %*d %d", &state, &session) == 2 &&
		    session == getsid(0)) {
			left++;
			*zombies += state == 'Z';
		}
		fclose(f);
	}
	if (all != NULL)
		closedir(all);
	return left;
}

int
main(int argc, char *argv[])
{
	bool stay = argc > 1 && strcmp(argv[1], "leave") == 0;
	int left = 1, zombies = 0;

	for (unsigned i = 0; i < ORPHANS; i++)
		leave_orphan(i, false);
	for (int tries = 0; tries < TRIES && left > 0; tries++) {
		nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
		left = count_left(&zombies);
	}
	printf("orphans %d left %d zombies %d\n", ORPHANS, left, zombies);
	for (unsigned i = 0; stay && i < ORPHANS; i++)
		leave_orphan(i, true);
	return left > 0;
}
