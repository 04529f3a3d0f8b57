/* SPDX-License-Identifier: MIT */
#include "stray.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "files.h"
#include "text.h"

enum { KTHREADD = 2 };

/*
 * proc(5), /proc/PID/stat: "PID (NAME) STATE PPID ...", where NAME may hold parentheses and newlines. Kernel threads are
 * kthreadd and its children. On success the name is cut out of `stat` and *name points at it.
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
	return state != 'Z' && state != 'X' && text_parse_number(number, UINT32_MAX, &parent) == 0 && parent != 0 &&
	       parent != KTHREADD;
}

void
stray_find(pid_t except, void (*found)(uint64_t pid, const char *name))
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	const char *name;
	char path[64], stat[512];
	uint64_t pid;

	while (all != NULL && (entry = readdir(all)) != NULL) {
		struct text t = text_in(path, sizeof(path));

		if (text_parse_number(entry->d_name, UINT32_MAX, &pid) != 0 || pid == 1 || (pid_t)pid == except)
			continue;
		text_string(&t, "/proc/");
		text_number(&t, pid);
		text_string(&t, "/stat");
		text_char(&t, '\0');
		if (file_read(path, stat, sizeof(stat)) > 0 && is_living_user_process(stat, &name))
			found(pid, name);
	}
	if (all != NULL)
		closedir(all);
}
