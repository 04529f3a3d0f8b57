/* SPDX-License-Identifier: MIT */
#include "modules/module_index.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/copy.h"
#include "base/interrupt.h"
#include "base/mapped.h"
#include "base/scratch.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "modules/module_set.h"
#include "plan/source.h"

/* What depmod takes from the kernel's tree as it is. */
static const char *const given[] = {"modules.builtin", "modules.builtin.modinfo", NULL};

bool
module_index_is_wanted(const struct module_set *set)
{
	char *path = plan_locate(set->plan, "/sbin/modprobe");
	bool is = path != NULL && plan_find(set->plan, path) != NULL;

	free(path);
	return is;
}

static int
make_parents(const char *path)
{
	char *copy = memory_copy(path);
	int result = 0;

	for (char *at = copy + 1; result == 0 && (at = strchr(at, '/')) != NULL; *at++ = '/') {
		*at = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			result = -1;
	}
	free(copy);
	return result;
}

/* The module under the name that it has in the image, whose folder of modules is `length` bytes of its path. */
static int
stage(const char *folder, const struct plan_entry *entry, size_t length)
{
	char *path = memory_format("%s%s", folder, entry->path + length);
	int result = make_parents(path);

	if (result == 0 && entry->content == NULL) {
		result = symlink(entry->source, path);
	} else if (result == 0) {
		result = copy_new_file(path, entry->content, entry->content_size, 0600);
	}
	if (result != 0)
		warn("cannot make %s", path);
	free(path);
	return result;
}

/* In which order depmod has them: otherwise it would be that of a directory, which nobody decides. */
static int
write_order(const struct module_set *set, const char *folder, size_t length)
{
	char *path = memory_format("%s/modules.order", folder);
	char *lines = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&lines, &size);
	int result = -1;

	for (size_t i = 0; i < set->count && stream != NULL; i++)
		if (set->order[i]->path != NULL)
			fprintf(stream, "%s\n", set->order[i]->place + length + 1);
	if (stream != NULL && fclose(stream) == 0 && make_parents(path) == 0)
		result = copy_new_file(path, lines, size, 0600);
	if (result != 0)
		warn("cannot make %s", path);
	free(lines);
	free(path);
	return result;
}

static int
stage_all(const struct module_set *set, const char *folder)
{
	char *wanted = memory_format("/lib/modules/%s", set->kernel->release);
	char *at = plan_locate(set->plan, wanted);
	size_t length = strlen(at != NULL ? at : wanted);
	int result = write_order(set, folder, length);

	free(at);
	free(wanted);

	for (size_t i = 0; i < set->count && result == 0; i++)
		if (set->order[i]->path != NULL)
			result = stage(folder, plan_find(set->plan, set->order[i]->place), length);
	for (const char *const *name = given; *name != NULL && result == 0; name++) {
		char *named = memory_format("%s/%s", set->kernel->modules, *name);
		char *from = source_resolve(set->kernel->source, named);
		char *to = memory_format("%s/%s", folder, *name);
		if (make_parents(to) != 0 || (from != NULL && symlink(from, to) != 0)) {
			warn("cannot make %s", to);
			result = -1;
		}
		free(from);
		free(named);
		free(to);
	}
	return result;
}

static int
run_depmod(const char *top, const char *release)
{
	char *const argv[] = {"depmod", "-b", (char *)top, (char *)release, NULL};
	static char *const environment[] = {"LC_ALL=C", NULL};
	const char *path = getenv("PATH");
	char *longer = memory_format("%s%s/usr/sbin:/sbin", path != NULL ? path : "", path != NULL ? ":" : "");
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0;
	const struct interrupt_program program = {argv, environment, "/", null, STDERR_FILENO, STDERR_FILENO};

	/* Users' PATH often lacks where it is. */
	setenv("PATH", longer, 1);
	int problem = null >= 0 ? interrupt_run(&program, &status) : errno;
	if (path != NULL)
		setenv("PATH", path, 1);
	if (null >= 0)
		close(null);
	free(longer);
	if (problem == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (interrupt_signal() == 0)
		warnx("cannot make the index of the modules with depmod: %s", problem == ENOENT
										  ? "it is not there; install kmod"
									      : problem != 0 ? strerror(problem)
											     : "it failed");
	return -1;
}

/* Takes a file that depmod made: small, and nobody else's, so that it can be mapped (mapped.h). */
static int
take(const struct module_set *set, const char *folder, const char *name)
{
	char *path = memory_format("%s/%s", folder, name);
	char *wanted = memory_format("/lib/modules/%s/%s", set->kernel->release, name);
	char *at = plan_locate(set->plan, wanted);
	const struct plan_why why = {"index for", "/sbin/modprobe"};
	struct plan_entry entry = {.path = at, .type = PLAN_FILE, .rank = PLAN_GIVEN, .mode = 0644, .content = ""};
	size_t size;
	void *map = mapped_file(path, &size);
	int result = map != NULL || errno == 0 ? 0 : -1;

	if (map != NULL) {
		void *copy = memory_get(size, 1);
		memcpy(copy, map, size);
		mapped_release(map);
		entry.content = plan_own(set->plan, copy);
		entry.content_size = size;
	}
	if (at == NULL || result != 0 || plan_add_parents(set->plan, at, why) != 0 ||
	    plan_add(set->plan, &entry, why) == NULL) {
		warn("cannot plan %s", wanted);
		result = -1;
	}
	free(at);
	free(wanted);
	free(path);
	return result;
}

static int
take_all(const struct module_set *set, const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	int result = 0;

	if (directory == NULL) {
		warn("cannot read %s", folder);
		return -1;
	}
	while (result == 0 && (entry = readdir(directory)) != NULL)
		if (strncmp(entry->d_name, "modules.", strlen("modules.")) == 0)
			result = take(set, folder, entry->d_name);
	closedir(directory);
	return result;
}

int
module_index_plan(const struct module_set *set)
{
	char *top = scratch_make("/tmp");

	if (top == NULL)
		return -1;
	char *folder = memory_format("%s/lib/modules/%s", top, set->kernel->release);
	int result = stage_all(set, folder);
	if (result == 0)
		result = run_depmod(top, set->kernel->release);
	if (result == 0)
		result = take_all(set, folder);
	free(folder);
	scratch_remove(top);
	return result;
}
