/* SPDX-License-Identifier: MIT */
#include "run/stray.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "text.h"

enum { KTHREADD = 2 };

/*
 * Parses /proc/PID/stat (proc(5)): "PID (NAME) STATE PPID ...", where NAME may contain parentheses
 * and newlines. Kernel threads are kthreadd and its children. On success *name points to the name
 * in `stat`.
 */
static bool
is_living_user_process(char *stat, const char **name)
{
	char *open = strchr(stat, '('), *close = strrchr(stat, ')');
	uint64_t parent;

	if (open == NULL || close == NULL || strlen(close) < 5)
		return false;
	char state = close[2], *number = close + 4;
	number[strcspn(number, " ")] = '\0';
	*close = '\0';
	*name = open + 1;
	return state != 'Z' && state != 'X' &&
	       text_parse_number(number, UINT32_MAX, &parent) == 0 && parent != 0 &&
	       parent != KTHREADD;
}

static int proc = -1;

void
stray_prepare(void)
{
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
stray_proc(void)
{
	return proc;
}

/* Returns whether a folder in /proc is that of a stray process; its name is then in `stat`. */
static bool
is_stray(const char *folder, pid_t except, uint64_t *pid, char *stat, size_t size,
	 const char **name)
{
	char path[32];
	struct text t = text_in(path, sizeof(path));

	if (text_parse_number(folder, INT32_MAX, pid) != 0 || *pid == 1 || (pid_t)*pid == except)
		return false;
	text_number(&t, *pid);
	text_string(&t, "/stat");
	text_char(&t, '\0');
	return file_read_at(proc, path, stat, size) > 0 && is_living_user_process(stat, name);
}

int
stray_find(pid_t except, void (*found)(uint64_t pid, const char *name))
{
	int fd = proc >= 0 ? openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	DIR *all = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	const char *name;
	char stat[512];
	uint64_t pid;
	int count = 0;

	while (all != NULL && count <= STRAYS_MAX && (entry = readdir(all)) != NULL) {
		if (!is_stray(entry->d_name, except, &pid, stat, sizeof(stat), &name))
			continue;
		if (count++ < STRAYS_MAX)
			found(pid, name);
		else
			found(0, "");
	}
	if (all != NULL)
		closedir(all);
	else
		found(0, "");
	return count;
}
