/* SPDX-License-Identifier: MIT */
#include "target_grub.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "own_place.h"
#include "words.h"

enum {
	BOOT_S = 600, /* to send some hundred megabytes, and make a menu */
	RETURN_MAX_S = 24 * 3600,
	COMMAND_MAX = 2 * PATH_MAX,
};

#define SCRIPT "grub-target"

/* The script's path: installed, or in the tree that bench was built in. */
static int
find_script(char path[PATH_MAX])
{
	static const char *const installed[] = {"../lib/lull", NULL};
	static const char *const built[] = {"../scripts", "../../scripts", NULL};
	char folder[PATH_MAX], try[2 * PATH_MAX];
	bool is_build_tree;

	if (own_place(folder, sizeof(folder), &is_build_tree) != 0)
		return -1;
	for (const char *const *at = is_build_tree ? built : installed; *at != NULL; at++) {
		snprintf(try, sizeof(try), "%s/%s/%s", folder, *at, SCRIPT);
		if (access(try, X_OK) == 0 && realpath(try, path) != NULL)
			return 0;
	}
	return !is_build_tree && realpath(LULL_LIBDIR "/" SCRIPT, path) != NULL ? 0 : -1;
}

/* argv, in one block; NULL with errno. */
static char **
make_argv(const char *path, const char *verb, const char *destination)
{
	char line[COMMAND_MAX];
	struct text t = text_in(line, sizeof(line) - 1);

	words_quote(&t, path);
	text_char(&t, ' ');
	text_string(&t, verb);
	text_char(&t, ' ');
	words_quote(&t, destination);
	line[t.used] = '\0';
	errno = ENAMETOOLONG;
	return t.full ? NULL : words_split(line);
}

int
target_grub_set(struct laboratory *l, char *const words[], struct text *problem)
{
	const char *destination = words[0];
	uint64_t return_s = LABORATORY_RETURN_S;
	char path[PATH_MAX];

	if (destination == NULL || destination[0] == '\0' || destination[0] == '-') {
		text_string(problem, "grub needs what ssh reaches the machine by, as root@HOST");
		return -1;
	}
	if (words[1] != NULL && (words[2] != NULL || text_parse_number(words[1], RETURN_MAX_S, &return_s) != 0)) {
		text_string(problem,
			    "behind what ssh reaches the machine by is at most a number, of seconds to come back");
		return -1;
	}
	if (find_script(path) != 0) {
		text_string(problem, "cannot find grub-target, which comes with bench");
		return -1;
	}
	free((void *)l->boot);
	free((void *)l->wait);
	l->boot = make_argv(path, "boot", destination);
	l->wait = make_argv(path, "wait", destination);
	l->boot_s = BOOT_S;
	l->return_s = (unsigned)return_s;
	if (l->boot != NULL && l->wait != NULL)
		return 0;
	text_string(problem, strerror(errno));
	return -1;
}
