/* SPDX-License-Identifier: MIT */
#include "target/sched_times.h"

#include <dirent.h>
#include <stdio.h>

struct sched_times
sched_times_read(pid_t pid)
{
	struct sched_times times = {0, 0};
	char path[64 + sizeof(((struct dirent *)0)->d_name)];
	const struct dirent *thread;
	double cpu, wait;

	snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
	DIR *threads = opendir(path);
	while (threads != NULL && (thread = readdir(threads)) != NULL) {
		snprintf(path, sizeof(path), "/proc/%ld/task/%s/schedstat", (long)pid,
			 thread->d_name);
		FILE *file = thread->d_name[0] != '.' ? fopen(path, "re") : NULL;
		if (file == NULL)
			continue;
		if (fscanf(file, "%lf %lf", &cpu, &wait) == 2) {
			times.cpu += cpu / 1e9;
			times.wait += wait / 1e9;
		}
		fclose(file);
	}
	if (threads != NULL)
		closedir(threads);
	return times;
}
