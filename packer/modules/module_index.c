/* SPDX-License-Identifier: MIT */
#include "modules/module_index.h"

#include <dirent.h>
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
#include "base/message.h"
#include "base/scratch.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "modules/libkmod.h"
#include "modules/module_set.h"
#include "plan/source.h"

/*
 * Settings from the source's modprobe.d(5): options and blacklists. libkmod adds those of this
 * machine's /proc/cmdline, which do not apply to the image and are removed here.
 */

void
module_config_start(struct module_config *config, struct kmod_ctx *ctx)
{
	enum { MOST = 4096 }; /* COMMAND_LINE_SIZE is less */
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	*config = (struct module_config){.ctx = ctx, .command_line = xcalloc(MOST, 1)};
	if (fd >= 0)
		got = read(fd, config->command_line, MOST - 1);
	if (fd >= 0)
		close(fd);
	config->command_line[got > 0 ? got : 0] = '\0';
}

void
module_config_end(struct module_config *config)
{
	free(config->command_line);
	*config = (struct module_config){.ctx = NULL};
}

/* Counts the module in modprobe.blacklist=a,b. */
static size_t
count_blacklisted(const char *line, const char *module)
{
	static const char key[] = "modprobe.blacklist=";
	size_t name = strlen(module), count = 0;

	for (const char *at = line; (at = strstr(at, key)) != NULL;)
		for (at += strlen(key); *at != '\0' && *at != ' ' && *at != '\n';
		     at += *at == ',') {
			size_t length = strcspn(at, ", \n");
			count += length == name && module_tree_is_name(at, module, name);
			at += length;
		}
	return count;
}

/* Removes the values that the command line sets (MODULE.OPTION); libkmod appends them last. */
static size_t
remove_values(const char *line, const char *module, const char **values, size_t count)
{
	size_t name = strlen(module);

	for (const char *word = line, *end; *word != '\0'; word = end + strspn(end, " \n")) {
		end = word + strcspn(word, " \n");
		if ((size_t)(end - word) <= name || !module_tree_is_name(word, module, name) ||
		    word[name] != '.')
			continue;
		size_t length = (size_t)(end - word) - name - 1, at = count;
		while (at-- > 0)
			if (strlen(values[at]) == length &&
			    memcmp(values[at], word + name + 1, length) == 0) {
				memmove(values + at, values + at + 1,
					(--count - at) * sizeof(*values));
				break;
			}
	}
	return count;
}

char *
module_config_options(const struct module_config *config, const char *name)
{
	struct kmod_config_iter *all = libkmod.config_get_options(config->ctx);
	char *options = xstrdup("");
	const char **values = NULL;
	size_t count = 0;

	while (all != NULL && libkmod.config_iter_next(all)) {
		if (strcmp(libkmod.config_iter_get_key(all), name) != 0)
			continue;
		values = xgrow(values, count, sizeof(*values));
		values[count++] = libkmod.config_iter_get_value(all);
	}
	count = remove_values(config->command_line, name, values, count);
	for (size_t i = 0; i < count; i++) {
		char *longer =
		    xasprintf("%s%s%s", options, options[0] != '\0' ? " " : "", values[i]);
		free(options);
		options = longer;
	}
	free(values);
	libkmod.config_iter_free_iter(all);
	return options;
}

bool
module_config_is_blacklisted(const struct module_config *config, const char *name)
{
	struct kmod_config_iter *all = libkmod.config_get_blacklists(config->ctx);
	size_t count = 0;

	while (all != NULL && libkmod.config_iter_next(all))
		count += strcmp(libkmod.config_iter_get_key(all), name) == 0;
	libkmod.config_iter_free_iter(all);
	return count > count_blacklisted(config->command_line, name);
}

/* Files that depmod reads from the kernel's tree unchanged. */
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
	char *copy = xstrdup(path);
	int result = 0;

	for (char *at = copy + 1; result == 0 && (at = strchr(at, '/')) != NULL; *at++ = '/') {
		*at = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			result = -1;
	}
	free(copy);
	return result;
}

/*
 * Links or copies the module to its path in the image; its folder of modules is `length` bytes of
 * that path.
 */
static int
stage_module(const char *folder, const struct plan_entry *entry, size_t length)
{
	char *path = xasprintf("%s%s", folder, entry->path + length);
	int result = make_parents(path);

	if (result == 0 && entry->content == NULL) {
		result = symlink(entry->source, path);
	} else if (result == 0) {
		result = copy_new_file(path, entry->content, entry->content_size, 0600);
	}
	if (result != 0)
		message_warn("cannot create %s", path);
	free(path);
	return result;
}

/* Sort as depmod does, so that the result does not depend on readdir order. */
static int
write_order(const struct module_set *set, const char *folder, size_t length)
{
	char *path = xasprintf("%s/modules.order", folder);
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
		message_warn("cannot create %s", path);
	free(lines);
	free(path);
	return result;
}

static int
stage_all(const struct module_set *set, const char *folder)
{
	char *wanted = xasprintf("/lib/modules/%s", set->kernel->release);
	char *at = plan_locate(set->plan, wanted);
	size_t length = strlen(at != NULL ? at : wanted);
	int result = write_order(set, folder, length);

	free(at);
	free(wanted);

	for (size_t i = 0; i < set->count && result == 0; i++)
		if (set->order[i]->path != NULL)
			result = stage_module(folder, plan_find(set->plan, set->order[i]->place),
					      length);
	for (const char *const *name = given; *name != NULL && result == 0; name++) {
		char *named = xasprintf("%s/%s", set->kernel->modules, *name);
		char *from = source_resolve(set->kernel->source, named);
		char *to = xasprintf("%s/%s", folder, *name);
		if (make_parents(to) != 0 || (from != NULL && symlink(from, to) != 0)) {
			message_warn("cannot create %s", to);
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
	char *longer =
	    xasprintf("%s%s/usr/sbin:/sbin", path != NULL ? path : "", path != NULL ? ":" : "");
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0;
	const struct interrupt_program program = {argv, environment,   "/",
						  null, STDERR_FILENO, STDERR_FILENO};

	/* The PATH of users often lacks sbin. */
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
		message_warnx("cannot create the index of the modules with depmod: %s",
			      problem == ENOENT ? "not found; install kmod"
			      : problem != 0	? strerror(problem)
						: "it failed");
	return -1;
}

/*
 * Plans a file made by depmod. It is small and in a private folder, so it can be mapped (mapped.h).
 */
static int
plan_index_file(const struct module_set *set, const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	char *wanted = xasprintf("/lib/modules/%s/%s", set->kernel->release, name);
	char *at = plan_locate(set->plan, wanted);
	const struct plan_why why = {"index for", "/sbin/modprobe"};
	struct plan_entry entry = {
	    .path = at, .type = PLAN_FILE, .rank = PLAN_GIVEN, .mode = 0644, .content = ""};
	size_t size;
	void *map = mapped_file(path, &size);
	int result = map != NULL || errno == 0 ? 0 : -1;

	if (map != NULL) {
		void *copy = xcalloc(size, 1);
		memcpy(copy, map, size);
		mapped_release(map);
		entry.content = plan_own(set->plan, copy);
		entry.content_size = size;
	}
	if (at == NULL || result != 0 || plan_add_parents(set->plan, at, why) != 0 ||
	    plan_add(set->plan, &entry, why) == NULL) {
		message_warn("cannot plan %s", wanted);
		result = -1;
	}
	free(at);
	free(wanted);
	free(path);
	return result;
}

static int
plan_index_files(const struct module_set *set, const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	int result = 0;

	if (directory == NULL) {
		message_warn("cannot read %s", folder);
		return -1;
	}
	while (result == 0 && (entry = readdir(directory)) != NULL)
		if (strncmp(entry->d_name, "modules.", strlen("modules.")) == 0)
			result = plan_index_file(set, folder, entry->d_name);
	closedir(directory);
	return result;
}

int
module_index_plan(const struct module_set *set)
{
	char *top = scratch_make("/tmp");

	if (top == NULL)
		return -1;
	char *folder = xasprintf("%s/lib/modules/%s", top, set->kernel->release);
	int result = stage_all(set, folder);
	if (result == 0)
		result = run_depmod(top, set->kernel->release);
	if (result == 0)
		result = plan_index_files(set, folder);
	free(folder);
	scratch_remove(top);
	return result;
}
