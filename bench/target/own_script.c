/* SPDX-License-Identifier: MIT */
#include "target/own_script.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/own_place.h"
#include "words.h"

enum { COMMAND_MAX = 3 * PATH_MAX };

static int
lookup_script(const char *script, char path[PATH_MAX])
{
	static const char *const installed[] = {"../lib/lull", NULL};
	static const char *const built[] = {"../scripts", "../../scripts", NULL};
	char folder[PATH_MAX], try[2 * PATH_MAX];
	const char *name = strrchr(script, '/') + 1;
	bool is_build_tree;

	if (own_place(folder, sizeof(folder), &is_build_tree) != 0)
		return -1;
	for (const char *const *at = is_build_tree ? built : installed; *at != NULL; at++) {
		snprintf(try, sizeof(try), "%s/%s/%s", folder, *at, is_build_tree ? script : name);
		if (access(try, X_OK) == 0 && realpath(try, path) != NULL)
			return 0;
	}
	snprintf(try, sizeof(try), "%s/%s", LULL_LIBDIR, name);
	return !is_build_tree && realpath(try, path) != NULL ? 0 : -1;
}

char **
own_script_argv(const char *script, const char *const arguments[], struct text *problem)
{
	char path[PATH_MAX], line[COMMAND_MAX];
	struct text t = text_in(line, sizeof(line) - 1);
	char **argv = NULL;

	if (lookup_script(script, path) != 0) {
		text_string(problem, "cannot find ");
		text_string(problem, strrchr(script, '/') + 1);
		text_string(problem, ", a part of bench");
		return NULL;
	}
	words_quote(&t, path);
	for (const char *const *argument = arguments; *argument != NULL; argument++) {
		text_char(&t, ' ');
		words_quote(&t, *argument);
	}
	line[t.used] = '\0';
	errno = ENAMETOOLONG;
	if (!t.full)
		argv = words_split(line);
	if (argv == NULL)
		text_string(problem, strerror(errno));
	return argv;
}
