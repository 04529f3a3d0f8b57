/* SPDX-License-Identifier: MIT */
#include "bisect/git.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bisect/command_output.h"
#include "host/memory.h"

/* Executes git in the tree. Returns its output, to be freed; NULL after a message if it failed. */
static char *
git_output(const char *tree, const char *const words[], const char *purpose)
{
	size_t count = 0;
	int status;

	while (words[count] != NULL)
		count++;
	const char **argv = xcalloc(count + 4, sizeof(*argv));
	argv[0] = "git";
	argv[1] = "-C";
	argv[2] = tree;
	memcpy(argv + 3, words, count * sizeof(*argv));
	char *output = command_output(argv, &status);
	free(argv);
	if (output != NULL && status != 0) {
		warnx("%s: %s", tree, purpose);
		free(output);
		output = NULL;
	}
	return output;
}

char *
git_commit(const char *tree, const char *revision)
{
	char *name = xasprintf("%s^{commit}", revision);
	char *purpose = xasprintf("cannot find commit %s", revision);
	const char *const words[] = {"rev-parse", "--verify", "-q", "--end-of-options", name, NULL};
	char *commit = git_output(tree, words, purpose);

	free(name);
	free(purpose);
	return commit;
}

char *
git_describe(const char *tree, const char *commit)
{
	const char *const words[] = {"show", "-s", "--format=%h %s", commit, NULL};

	return git_output(tree, words, "cannot read a commit");
}

int
git_is_ancestor(const char *tree, const char *old, const char *commit)
{
	const char *const argv[] = {"git",	     "-C", tree,   "merge-base",
				    "--is-ancestor", old,  commit, NULL};
	int status;
	char *output = command_output(argv, &status);

	if (output != NULL && status > 1)
		warnx("%s: cannot compare commits", tree);
	int result = output != NULL && status <= 1 ? status == 0 : -1;
	free(output);
	return result;
}

/* Keeps of each line the commit's name, and leaves out `bad`. */
static void
keep_names(char *text, const char *bad)
{
	char *to = text;

	for (const char *at = text; *at != '\0';) {
		size_t length = strcspn(at, "\n"), name = strcspn(at, " \n");
		if (strncmp(at, bad, name) != 0) {
			memmove(to, at, name);
			to[name] = '\n';
			to += name + 1;
		}
		at += length + (at[length] == '\n');
	}
	*to = '\0';
}

char *
git_candidates(const char *tree, const char *bad, char *const *good, size_t count)
{
	const char **words = xcalloc(count + 5, sizeof(*words));
	size_t used = 0;

	words[used++] = "rev-list";
	words[used++] = "--bisect-all";
	words[used++] = bad;
	words[used++] = "--not";
	for (size_t i = 0; i < count; i++)
		words[used++] = good[i];
	char *text = git_output(tree, words, "cannot list the commits");
	free(words);
	if (text != NULL)
		keep_names(text, bad);
	return text;
}
