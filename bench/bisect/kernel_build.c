/* SPDX-License-Identifier: MIT */
#include "bisect/kernel_build.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/places.h"
#include "bisect/command_output.h"
#include "host/memory.h"
#include "sha256.h"
#include "target/own_script.h"
#include "text.h"

enum { NAME_DIGITS = 16, PROBLEM_MAX = 512 };

/* Statuses of build-commit. */
enum { BUILD_DONE, BUILD_FAILED };

/* The folder of the builds, to be freed; NULL after a message. */
static char *
build_folder(const struct bisect_options *o)
{
	char cache[PATH_MAX], name[2 * SHA256_SIZE];
	struct text text = text_in(name, sizeof(name));
	unsigned char digest[SHA256_SIZE];
	struct sha256 sum;

	if (places_cache(cache, sizeof(cache)) != 0)
		return NULL;
	sha256_start(&sum);
	sha256_add(&sum, o->tree, strlen(o->tree));
	sha256_finish(&sum, digest);
	for (size_t i = 0; i < NAME_DIGITS / 2; i++)
		text_hex(&text, digest[i], 2);
	char *parent = xasprintf("%s/trees", cache);
	char *folder = xasprintf("%s/%.*s", parent, (int)text.used, name);
	if ((mkdir(parent, 0777) != 0 && errno != EEXIST) ||
	    (mkdir(folder, 0777) != 0 && errno != EEXIST)) {
		warn("cannot create %s", folder);
		free(folder);
		folder = NULL;
	}
	free(parent);
	return folder;
}

/* The command, to be freed; NULL after a message. */
static char **
build_command(const struct bisect_options *o, const char *folder, const char *commit,
	      const char *config)
{
	const char *words[BISECT_LIST_MAX + 8] = {"-t", o->tree, "-o", folder};
	char buffer[PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	size_t count = 4;

	if (config != NULL) {
		words[count++] = "-c";
		words[count++] = config;
	}
	words[count++] = commit;
	for (size_t i = 0; i < o->presets.count && config == NULL; i++)
		words[count++] = o->presets.at[i];
	char **argv = own_script_argv("kernel/build-commit", words, &problem);
	if (argv == NULL)
		warnx("%.*s", (int)problem.used, buffer);
	return argv;
}

int
kernel_build(const struct bisect_options *o, const char *commit, const char *config, char **kernel,
	     char **problem)
{
	char *folder = build_folder(o), **argv = NULL, *output = NULL;
	int status = -1;

	if (folder != NULL)
		argv = build_command(o, folder, commit, config);
	if (argv != NULL)
		output = command_output((const char *const *)argv, &status);
	if (output != NULL && status == BUILD_DONE)
		*kernel = xstrdup(output);
	else if (output != NULL && status == BUILD_FAILED)
		*problem = xasprintf("it does not build: see %s", output);
	else if (output != NULL)
		warnx("cannot build %s", commit);
	int result = *kernel != NULL || *problem != NULL ? 0 : -1;
	free(output);
	free(argv);
	free(folder);
	return result;
}
