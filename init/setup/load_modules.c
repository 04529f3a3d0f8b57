/* SPDX-License-Identifier: MIT */
#include "setup/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/files.h"
#include "base/join.h"
#include "module_list.h"

enum { LIST_MAX = 1 << 20 };

/* The meaning of errors of finit_module(2), which often differs from strerror(3). */
static const char *
explain_error(int error)
{
	switch (error) {
	case ENOENT:
		return "it uses an unknown symbol";
	case ENOEXEC:
		return "it is not a module for this kernel";
	case ENODEV:
		return "it finds no device";
	case ENOSYS:
		return "the kernel loads no modules: it lacks CONFIG_MODULES";
	case EPERM:
		return "loading of modules is disabled";
	case EKEYREJECTED:
		return "the kernel does not trust its signature";
	case EINVAL:
		return "an option is unknown, or it is broken";
	default:
		return strerror(error);
	}
}

/* Returns 0, or an errno. A module that is already loaded or built in is not an error. */
static int
load_module(const struct module_line *line)
{
	int fd = open(line->path, O_RDONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (syscall(SYS_finit_module, fd, line->options, 0) != 0 && errno != EEXIST)
		error = errno;
	close(fd);
	return error;
}

static const char *
describe_failure(const struct module_line *line, bool opened, int error)
{
	return JOIN("cannot load the module ", strrchr(line->path, '/') + 1,
		    line->options[0] != '\0' ? " with " : "", line->options, ": ",
		    opened ? explain_error(error) : strerror(error));
}

/* Checked first, since modules of another kernel would fail for various reasons. */
static const char *
check_release(const char *release)
{
	struct utsname kernel;

	if (uname(&kernel) != 0 || strcmp(kernel.release, release) == 0)
		return NULL;
	return JOIN("the image's modules are for the kernel ", release, ", but this is ",
		    kernel.release, ": boot that, or pack with -k for this");
}

static const char *
load_all(struct module_list *list, void (*failed)(const char *what, int error))
{
	struct module_line line;
	const char *problem = check_release(list->release);
	int more;

	if (problem != NULL)
		return problem;
	while ((more = module_list_next(list, &line)) > 0) {
		int error = line.is_built ? 0 : load_module(&line);
		if (error == 0)
			continue;
		const char *why = describe_failure(&line, access(line.path, R_OK) == 0, error);
		if (line.need)
			return why;
		failed(why, 0);
	}
	return more == 0 ? NULL : MODULE_LIST " is broken: pack the image again";
}

const char *
modules_load(void (*failed)(const char *what, int error))
{
	struct module_list list;
	const char *problem = NULL;
	size_t length;
	char *text = file_read_all(MODULE_LIST, LIST_MAX, &length);

	if (text == NULL)
		return errno == ENOENT ? NULL : "cannot read " MODULE_LIST;
	problem = module_list_read(&list, text, length) == 0 ? load_all(&list, failed)
							     : MODULE_LIST
		      " is damaged: pack the image again";
	free(text);
	return problem;
}

/*
 * Returns whether the image's list has the module, its name with _ for -, as built into the kernel.
 */
static bool
is_built(const char *name)
{
	struct module_list list;
	struct module_line line;
	size_t length;
	char *text = file_read_all(MODULE_LIST, LIST_MAX, &length);
	bool is = false;

	if (text != NULL && module_list_read(&list, text, length) == 0)
		while (!is && module_list_next(&list, &line) > 0)
			is = line.is_built && strcmp(line.path, name) == 0;
	free(text);
	return is;
}

void
modules_check(const struct experiment_list *modules, void (*failed)(const char *what, int error))
{
	for (size_t i = 0; i < modules->count; i++) {
		static const char folder[] = "/sys/module/";
		const char *name = modules->values[i][0];
		char path[128];
		struct text t = text_in(path, sizeof(path));
		text_string(&t, folder);
		for (const char *at = name; *at != '\0'; at++)
			text_char(&t, *at == '-' ? '_' : *at);
		text_char(&t, '\0');
		if (t.full || access(path, F_OK) == 0 || is_built(path + strlen(folder)))
			continue;
		failed(
		    JOIN("the module ", name,
			 " is not in /sys/module: pack it, with -x or -m, unless it is built in"),
		    0);
	}
}
