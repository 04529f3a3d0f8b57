/* SPDX-License-Identifier: MIT */
/* bench new: writes a plan and an experiment to start from. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"

static const char plan[] =
    "# A study: every combination of kernels, images, arguments and experiments, in random "
    "blocks.\n"
    "# bench run NAME/plan -o NAME/study starts or continues it; lull-plan(5) lists all keys.\n"
    "\n"
    "kernel debian ../build/kernel/vmlinuz\n"
    "# Add lines `kernel LABEL FILE [CONFIG]` to compare kernels.\n"
    "\n"
    "# Arguments of packer, which makes the image; `experiment` is a file in this folder.\n"
    "pack base -b true -x experiment\n"
    "\n"
    "args default\n"
    "args nomitigations mitigations=off\n"
    "\n"
    "experiment experiment\n"
    "\n"
    "boots 10\n"
    "# precision 1% wall_ns\n"
    "# noisy involuntary_switches 20\n"
    "timeout 60\n"
    "# Boots these cells twice: their difference is noise.\n"
    "twice */default/*\n";

static const char experiment[] =
    "# What runs in each boot; lull-init(8) describes experiment files.\n"
    "run true\n"
    "warmup 2\n"
    "repeat 20\n";

/* Whether the name is neither a path nor hidden. */
static bool
is_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && name[0] != '-' && strchr(name, '/') == NULL &&
	       strlen(name) <= 64;
}

static int
write_new(int folder, const char *path, const char *name, const char *text)
{
	int result = io_replace(folder, name, text, strlen(text));

	if (result != 0)
		warn("cannot write %s/%s", path, name);
	return result;
}

int
subcommand_new(int argc, char *argv[])
{
	bool is_help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (argc != 2 || is_help) {
		fputs("usage: " NEW_USAGE, is_help ? stdout : stderr);
		return is_help ? 0 : STATUS_WRONG_USAGE;
	}
	if (!is_name(argv[1])) {
		warnx("%s: a new study needs a plain name, without slashes", argv[1]);
		return STATUS_WRONG_USAGE;
	}
	if (mkdir(argv[1], 0777) != 0) {
		warn("cannot create %s", argv[1]);
		return STATUS_NO_VERDICT;
	}
	int folder = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		warn("cannot open %s", argv[1]);
		return STATUS_NO_VERDICT;
	}
	int result = write_new(folder, argv[1], "plan", plan);
	if (result == 0)
		result = write_new(folder, argv[1], "experiment", experiment);
	close(folder);
	if (result != 0)
		return STATUS_NO_VERDICT;
	printf("created %s/plan and %s/experiment; to start: bench run %s/plan -o %s/study\n",
	       argv[1], argv[1], argv[1], argv[1]);
	return 0;
}
