/* SPDX-License-Identifier: MIT */
#include "view/check.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/scratch.h"
#include "base/status.h"
#include "elf/script.h"
#include "host/elf.h"
#include "host/follow.h"
#include "host/init_file.h"
#include "host/memory.h"
#include "host/rootfs.h"
#include "input/experiments.h"
#include "kernel/kernel.h"
#include "kernel/kernel_proof.h"
#include "plan/source.h"
#include "resolve/closure.h"
#include "resolve/script_body.h"
#include "text.h"
#include "view/loaded.h"
#include "view/view.h"

/* Checks of the experiments in an existing image. */

static void
check_experiment(const struct rootfs_entry *entry, struct closure *closure)
{
	struct experiment experiment = experiment_default();
	char why[PATH_MAX + 600];
	struct text problem = text_in(why, sizeof(why) - 1);

	if (experiment_read_file(&experiment, entry->path, (const char *)entry->file->data,
				 entry->file->size, &problem) != 0) {
		why[problem.used] = '\0';
		message_warnx("%s", why);
	} else {
		experiments_give(&experiment, closure, closure->source);
	}
	experiment_free(&experiment);
}

/*
 * Warns of experiments that init cannot read, and records the arguments of programs
 * (closure_give()), after the programs are planned.
 */
static void
check_experiments(const struct rootfs *rootfs, struct closure *closure)
{
	static const char folder[] = EXPERIMENT_FOLDER "/";

	for (size_t i = 0; i < rootfs->count; i++) {
		const struct rootfs_entry *entry = rootfs->entries[i];
		if (strncmp(entry->path, folder, strlen(folder)) == 0 && S_ISREG(entry->file->mode))
			check_experiment(entry, closure);
	}
}

/* Checks of an existing image against a kernel (kernel_proof.h). */

/* In an arbitrary image every executable file may be its purpose. */
static void
check_file(struct kernel_proof *proof, const struct rootfs_entry *entry)
{
	const struct rootfs_file *its = entry->file;
	bool is_executable = (its->mode & 0111) != 0;
	struct elf elf;
	const struct kernel_proof_file file = {
	    .path = entry->path,
	    .level = is_executable ? FINDING_ERROR : FINDING_WARNING,
	    .is_executable = is_executable,
	    .is_script = script_is(its->data, its->size),
	    .elf = elf_is(its->data, its->size) && elf_open(&elf, its->data, its->size) == 0 ? &elf
											     : NULL,
	    .data = its->data,
	    .size = its->size,
	};

	kernel_proof_file(proof, &file);
}

/* Prints the findings about the kernel. Returns the number of errors. */
static size_t
kernel_check(const struct loaded_image *loaded, const struct kernel *kernel, bool init_is_own)
{
	const struct image *image = &loaded->image;
	struct kernel_proof proof;

	kernel_proof_start(&proof, kernel);
	for (size_t i = 0; i < image->unpacked_count; i++)
		kernel_proof_method(&proof, image->methods[i]);
	kernel_proof_init(&proof, init_is_own);
	for (size_t i = 0; i < image->rootfs.count && interrupt_signal() == 0; i++) {
		const struct rootfs_entry *entry = image->rootfs.entries[i];
		if (S_ISREG(entry->file->mode))
			check_file(&proof, entry);
		else if (S_ISBLK(entry->file->mode))
			kernel_proof_block(&proof, entry->path);
	}
	size_t errors = kernel_proof_report(&proof, loaded->name, "");
	kernel_proof_end(&proof);
	return errors;
}

struct check {
	const struct loaded_image *loaded;
	const struct rootfs *rootfs;
	const struct rootfs_file *init;
	bool init_is_own;
	size_t findings;
};

/* Prints a finding; it is about /init if `entry` is NULL. */
static void __attribute__((format(printf, 3, 4)))
report_finding(struct check *check, const struct rootfs_entry *entry, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		message_err(FAILED, "cannot get memory");
	check->findings++;
	message_warnx("%s: %s: %s", check->loaded->name, entry != NULL ? entry->path : "/init",
		      text);
	free(text);
}

static bool
is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

/*
 * Directories over which file systems are mounted before any program runs: by every init, and by
 * Lull's.
 */
static bool
is_mounted_over(const struct check *check, const char *path)
{
	return is_below(path, "/proc") || is_below(path, "/sys") ||
	       (check->init_is_own && (is_below(path, "/dev") || is_below(path, "/run")));
}

static void
check_init(struct check *check)
{
	const struct rootfs_entry *entry;
	const char *problem = init_file_find(check->rootfs, "/init", &entry);

	if (entry == NULL) {
		report_finding(
		    check, NULL,
		    "%s: the kernel would look for a root file system on a disk, and panic",
		    problem);
		return;
	}
	check->init = entry->file;
	if (problem != NULL)
		report_finding(check, NULL, "%s", problem);
	check->init_is_own =
	    S_ISREG(entry->file->mode) && init_file_is_lull(entry->file->data, entry->file->size);
}

/* The lexical target of the link, without following links: "" if it is not a path. */
static void
lexical_target(const struct rootfs_entry *entry, const char *target, char path[PATH_MAX])
{
	int parent = (int)(strrchr(entry->path, '/') - entry->path);
	char *whole =
	    target[0] == '/' ? xstrdup(target) : xasprintf("%.*s/%s", parent, entry->path, target);
	struct follow walk;
	int more = follow_start(&walk, whole);

	while (more == 0 && follow_step(&walk) > 0)
		continue;
	strcpy(path, more == 0 ? walk.done : "");
	free(whole);
}

/* File systems mounted at boot may provide the target. */
static bool
is_perhaps_mounted(const char *path)
{
	return is_below(path, "/proc") || is_below(path, "/sys") || is_below(path, "/dev") ||
	       is_below(path, "/run");
}

static void
check_link(struct check *check, const struct rootfs_entry *entry)
{
	char path[PATH_MAX];

	if (rootfs_find(check->rootfs, entry->path, true, NULL) != NULL)
		return;
	int problem = errno != 0 ? errno : ENOENT;
	char *target = xasprintf("%.*s", (int)entry->file->size, (const char *)entry->file->data);
	lexical_target(entry, target, path);
	if (problem != ENOENT || !is_perhaps_mounted(path))
		report_finding(check, entry, "the link to %s: %s", target,
			       problem == ENOENT ? "target not found" : strerror(problem));
	free(target);
}

/*
 * Reports a program for another machine than init's; 32-bit programs of the same architecture are
 * accepted.
 */
static void
check_machine(struct check *check, const struct rootfs_entry *entry)
{
	enum { X86 = 3, X86_64 = 62, ARM = 40, ARM_64 = 183 };
	struct elf init, elf;

	if (check->init == NULL || elf_open(&init, check->init->data, check->init->size) != 0 ||
	    elf_open(&elf, entry->file->data, entry->file->size) != 0 ||
	    elf.machine == init.machine || (init.machine == X86_64 && elf.machine == X86) ||
	    (init.machine == ARM_64 && elf.machine == ARM))
		return;
	report_finding(check, entry, "it is for another machine (%u) than /init (%u)", elf.machine,
		       init.machine);
}

static void
check_entry(struct check *check, const struct rootfs_entry *entry)
{
	const struct rootfs_file *file = entry->file;
	bool is_node_of_dev = is_below(entry->path, "/dev") && !S_ISREG(file->mode);

	if (!S_ISDIR(file->mode) && is_mounted_over(check, entry->path) && !is_node_of_dev)
		report_finding(check, entry, "hidden by the file system that init mounts over it");
	if (S_ISLNK(file->mode))
		check_link(check, entry);
	else if (S_ISREG(file->mode) && (file->mode & 0111) != 0 && elf_is(file->data, file->size))
		check_machine(check, entry);
}

/*
 * Returns whether the file is a library that can also be executed, like some of glibc's; the
 * program that loads it has its own loader.
 */
static bool
is_library(const struct rootfs_file *file)
{
	struct elf elf;
	uint64_t at = 0;

	return elf_open(&elf, file->data, file->size) == 0 && elf.interpreter != NULL &&
	       elf_next(&elf, DT_SONAME, &at) != NULL;
}

/*
 * Returns whether another name of the same file in the same directory, which has the same result,
 * is in `names`; adds it.
 */
static bool
is_known(void **names, const struct rootfs_entry *entry)
{
	if (entry->file->links < 2)
		return false;
	char *name = xasprintf("%p %.*s", (const void *)entry->file,
			       (int)(strrchr(entry->path, '/') - entry->path), entry->path);
	bool is_new = libraries_is_new(names, name);
	if (!is_new)
		free(name);
	return !is_new;
}

/* Plans programs of the image and their dependencies; the resolver warns of missing files. */
static void
plan_programs(struct check *check, struct closure *closure)
{
	void *names = NULL;

	for (size_t i = 0; i < check->rootfs->count && interrupt_signal() == 0; i++) {
		const struct rootfs_entry *entry = check->rootfs->entries[i];
		struct source_found found;

		if (!S_ISREG(entry->file->mode) || (entry->file->mode & 0111) == 0 ||
		    is_library(entry->file) || is_known(&names, entry) ||
		    source_find(closure->source, closure->plan, entry->path, &found) != 0)
			continue;
		struct plan_entry *planned =
		    source_add(closure->source, closure->plan, &found,
			       (struct plan_why){"in", check->loaded->name});
		if (planned != NULL)
			closure_want(closure, planned);
		source_release(&found);
	}
	tdestroy(names, free);
}

/*
 * Returns whether a file in the image has this name. This accepts libraries that are loaded only by
 * programs that provide their dependencies.
 */
static bool
has_name(const void *context, const char *name)
{
	const struct rootfs *rootfs = context;

	for (size_t i = 0; i < rootfs->count; i++) {
		const char *slash = strrchr(rootfs->entries[i]->path, '/');
		if (slash != NULL && strcmp(slash + 1, name) == 0)
			return true;
	}
	return false;
}

/*
 * The resolver's warnings become findings about the image; the path of the temporary tree is
 * removed.
 */
struct unresolved {
	struct check *check;
	const char *top;
};

static void
report_unresolved(void *context, const char *text)
{
	struct unresolved *needs = context;
	size_t length = strlen(needs->top);
	char *need = xstrdup(text);

	for (char *at = need; (at = strstr(at, needs->top)) != NULL;)
		memmove(at, at + length, strlen(at + length) + 1);
	needs->check->findings++;
	message_take(NULL, NULL);
	message_warnx("%s: %s", needs->check->loaded->name, need);
	message_take(report_unresolved, needs);
	free(need);
}

/* Until here a signal ends packer by default; now there are temporary files to be removed first. */
static int
check_needs(struct check *check)
{
	interrupt_catch();
	char *top = rootfs_tree_make(check->rootfs);
	struct plan plan = {.count = 0};
	struct unresolved needs = {check, top};
	struct closure closure;

	if (top == NULL)
		return -1;
	const struct source source = {.root = top};
	closure_start(&closure, &plan, &source, "");
	closure.libraries.is_elsewhere = has_name;
	closure.libraries.context = check->rootfs;
	message_take(report_unresolved, &needs);
	plan_programs(check, &closure);
	check_experiments(check->rootfs, &closure);
	closure_run(&closure);
	script_body_report(&closure, true);
	message_take(NULL, NULL);
	closure_end(&closure);
	plan_free(&plan);
	scratch_remove(top);
	interrupt_obey();
	return 0;
}

int
check_image(const char *name, const char *kernel_name)
{
	const struct source here = {.root = ""};
	struct kernel kernel = {.file = NULL};
	struct loaded_image loaded;
	int result;

	if (loaded_read(&loaded, name) != 0)
		return FAILED;
	if (kernel_name != NULL && kernel_find(&kernel, &here, kernel_name) != 0) {
		loaded_free(&loaded);
		return FAILED;
	}
	struct check check = {
	    .loaded = &loaded, .rootfs = &loaded.image.rootfs, .findings = loaded_report(&loaded)};
	check_init(&check);
	for (size_t i = 0; i < check.rootfs->count; i++)
		check_entry(&check, check.rootfs->entries[i]);
	result = check_needs(&check);
	if (kernel_name != NULL)
		check.findings += kernel_check(&loaded, &kernel, check.init_is_own);
	kernel_free(&kernel);
	loaded_free(&loaded);
	interrupt_obey();
	return result != 0 ? FAILED : check.findings > 0 ? FOUND : DONE;
}
