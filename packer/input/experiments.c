/* SPDX-License-Identifier: MIT */
#include "input/experiments.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mapped.h"
#include "base/message.h"
#include "host/memory.h"
#include "input/items.h"
#include "mount_words.h"
#include "plan/plan.h"
#include "plan/source.h"
#include "resolve/closure.h"
#include "resolve/command.h"
#include "users.h"
#include "words.h"

/* Line numbers in an experiment file, for errors that are found only after parsing. */

static char *
find_line(const char *file, const char *text, const char *key, size_t which)
{
	size_t number = 1, length = strlen(key);

	for (;;) {
		size_t comment, used = words_line(text, &comment);
		const char *start = text + strspn(text, " \t\r");
		if (strncmp(start, key, length) == 0 && strchr(" \t", start[length]) != NULL &&
		    which-- == 0)
			return xasprintf("%s:%zu", file, number);
		for (size_t i = 0; i < used; i++)
			number += text[i] == '\n';
		if (text[used] == '\0')
			return xstrdup(file);
		text += used + 1;
		number++;
	}
}

char *
experiment_enter(const char *file, const char *text, const char *key, size_t which)
{
	char *place = find_line(file, text, key, which);

	message_about(place);
	return place;
}

void
experiment_leave(char *place)
{
	message_about(NULL);
	free(place);
}

struct experiment_baked {
	const char *file; /* as given */
	char *name;
	char *text;
	size_t length;
	struct experiment experiment;
};

/* Returns the experiment's name, to be freed: cpu for "cpu.experiment" and "cpu/experiment". */
static char *
name_of(const char *file)
{
	static const char suffix[] = ".experiment";
	const char *slash = strrchr(file, '/'), *name = slash != NULL ? slash + 1 : file;
	size_t length = strlen(name);

	if (strcmp(name, suffix + 1) == 0 && slash != NULL) {
		const char *end = slash;
		while (slash > file && slash[-1] != '/')
			slash--;
		return xasprintf("%.*s", (int)(end - slash), slash);
	}
	if (length > strlen(suffix) && strcmp(name + length - strlen(suffix), suffix) == 0)
		length -= strlen(suffix);
	return xasprintf("%.*s", (int)length, name);
}

static int
read_one(struct experiment_baked *baked, const char *file)
{
	char why[PATH_MAX + 600];
	struct text problem = text_in(why, sizeof(why) - 1);
	size_t size = 0;
	void *map = mapped_file(file, &size);

	*baked = (struct experiment_baked){
	    .file = file, .name = name_of(file), .experiment = experiment_default()};
	if (map == NULL && errno != 0) {
		message_warn("cannot read the experiment %s", file);
		return 3;
	}
	baked->text = xcalloc(size + 1, 1);
	baked->length = size;
	if (map != NULL) {
		memcpy(baked->text, map, size);
		mapped_release(map);
	}
	if (strlen(baked->name) > EXPERIMENT_NAME_MAX || baked->name[0] == '.' ||
	    baked->name[0] == '\0') {
		message_warnx("cannot use %s: an experiment is named after its file, by 1 to %d "
			      "bytes without a leading dot",
			      file, EXPERIMENT_NAME_MAX);
		return 2;
	}
	if (experiment_read_file(&baked->experiment, file, baked->text, baked->length, &problem) !=
	    0) {
		why[problem.used] = '\0';
		/* Split off "FILE:LINE: ", which message_about() prints. */
		char *end = strstr(why + strlen(file), ": ");
		*end = '\0';
		message_about(why);
		message_warnx("%s", end + strlen(": "));
		message_about(NULL);
		return 2;
	}
	if (baked->experiment.run.count > 0)
		return 0;
	message_warnx("%s: missing run: no command to measure", file);
	return 2;
}

int
experiments_read(struct experiments *experiments, const char *const *files, size_t count)
{
	int worst = 0;

	*experiments = (struct experiments){xcalloc(count + 1, sizeof(*experiments->list)), 0};
	for (size_t i = 0; i < count; i++) {
		struct experiment_baked *baked = &experiments->list[experiments->count++];
		int status = read_one(baked, files[i]);
		for (size_t before = 0; status == 0 && before < i; before++)
			if (strcmp(experiments->list[before].name, baked->name) == 0) {
				message_warnx("cannot use %s: %s has the same experiment name, %s",
					      files[i], files[before], baked->name);
				status = 2;
			}
		worst = status > worst ? status : worst;
	}
	return worst;
}

void
experiments_free(struct experiments *experiments)
{
	for (size_t i = 0; i < experiments->count; i++) {
		free(experiments->list[i].name);
		free(experiments->list[i].text);
		experiment_free(&experiments->list[i].experiment);
	}
	free(experiments->list);
}

static bool
is_planned(const struct plan *plan, const char *path)
{
	char *end = xasprintf("%s/.", path), *located = plan_locate(plan, end);
	bool is = located != NULL && plan_find(plan, located) != NULL;

	free(end);
	free(located);
	return is;
}

/* Returns the value of a variable_of that the experiment sets, or NULL. */
static const char *
variable_of(const struct experiment *e, const char *name)
{
	const char *value = NULL;
	size_t length = strlen(name);

	for (size_t i = 0; i < e->env.count; i++)
		if (strncmp(e->env.values[i][0], name, length) == 0 &&
		    e->env.values[i][0][length] == '=')
			value = e->env.values[i][0] + length + 1;
	return value;
}

/* Where to look up commands. */
struct place {
	const struct plan *plan;
	const struct items *items;  /* its queued links count too; NULL: none */
	const struct source *image; /* an existing image; NULL: only the plan */
};

static bool
is_there(const struct place *place, const char *path)
{
	struct source_found found;

	if (is_planned(place->plan, path) ||
	    (place->items != NULL && items_will_link(place->items, path)))
		return true;
	if (place->image == NULL || source_find(place->image, place->plan, path, &found) != 0)
		return false;
	source_release(&found);
	return true;
}

/* Returns the path at which init will find the command in the experiment's PATH, to be freed. */
static char *
find_command(const struct place *place, const struct experiment *e, const char *name)
{
	static const char usual[] =
	    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; /* init/main.c */
	const char *path = variable_of(e, "PATH");

	if (strchr(name, '/') != NULL)
		return name[0] == '/' && is_there(place, name) ? xstrdup(name) : NULL;
	for (const char *at = path != NULL ? path : usual;; at++) {
		size_t length = strcspn(at, ":");
		char *file = xasprintf("%.*s/%s", (int)length, at, name);
		if (length > 0 && is_there(place, file))
			return file;
		free(file);
		at += length;
		if (*at == '\0')
			return NULL;
	}
}

static bool
has_command(const struct place *place, const struct experiment *e, const char *name)
{
	char *path = find_command(place, e, name);
	bool has = path != NULL;

	free(path);
	return has;
}

static int
plan_file(const struct experiment_baked *baked, struct plan *plan)
{
	char *path = xasprintf("%s/%s", EXPERIMENT_FOLDER, baked->name);
	const struct plan_entry file = {.path = path,
					.type = PLAN_FILE,
					.rank = PLAN_SKELETON,
					.mode = 0644,
					.content = baked->text,
					.content_size = baked->length};
	const struct plan_why why = {"-x", baked->name};
	int result =
	    plan_add_parents(plan, path, why) == 0 && plan_add(plan, &file, why) != NULL ? 0 : -1;

	if (result != 0)
		message_warn("cannot plan %s", path);
	free(path);
	return result;
}

static bool
is_program(const struct items *items, const char *name)
{
	const struct closure *closure = items->closure;
	char *path = items_program_path(items, name);
	struct source_found found;
	bool is = path != NULL && source_find(closure->source, closure->plan, path, &found) == 0;

	free(path);
	if (!is)
		return false;
	is = S_ISREG(found.stat.st_mode) && (found.stat.st_mode & 0111) != 0;
	source_release(&found);
	return is;
}

/* Plans a program of a command, unless it is planned. Returns 0, or -1 after a warning. */
static int
plan_program(const struct experiment *e, struct items *items, const struct command_start *start)
{
	struct closure *closure = items->closure;
	const char *outer = closure->path, *path = variable_of(e, "PATH");

	if (has_command(&(struct place){closure->plan, items, NULL}, e, start->name))
		return 0;
	if (start->name[0] != '/' && strchr(start->name, '/') != NULL) {
		message_warnx("cannot run %s: init starts commands in /; write %s, and name the "
			      "program with -b",
			      start->name, strrchr(start->name, '/') + 1);
		return -1;
	}
	/* Look it up in the experiment's PATH. */
	if (path != NULL && closure->source->root[0] == '\0')
		closure->path = path;
	bool is_there = !start->is_guess || is_program(items, start->name);
	int result = is_there ? items_add_binary(items, start->name) : 0;
	if (!is_there)
		message_warnx("warning: cannot find %s, which %s may start", start->name,
			      start->by);
	closure->path = outer;
	return result;
}

/* Plans a command and the programs that it visibly starts. Returns the number of failures. */
static size_t
plan_command(const struct experiment *e, struct items *items, char *const *words)
{
	struct command command;
	size_t failed = 0;

	command_read(&command, words);
	for (size_t i = 0; i < command.count; i++)
		failed += plan_program(e, items, &command.list[i]) != 0;
	command_free(&command);
	return failed;
}

/* Records LD_LIBRARY_PATH and LD_PRELOAD of one program of a command. */
static void
give_to_program(const struct experiment *e, struct closure *closure, const struct source *image,
		const struct command_start *start)
{
	const char *list = start->path != NULL ? start->path : variable_of(e, "LD_LIBRARY_PATH");
	const char *preload =
	    start->preload != NULL ? start->preload : variable_of(e, "LD_PRELOAD");
	char *path = find_command(&(struct place){closure->plan, NULL, image}, e, start->name);
	struct source_found found;

	if (path != NULL && source_find(closure->source, closure->plan, path, &found) == 0) {
		char *directories = list != NULL ? command_directories(list) : NULL;
		const struct plan_entry *entry = plan_find(closure->plan, found.path);
		if (entry != NULL)
			closure_give(closure, entry,
				     (struct libraries_given){directories, preload});
		free(directories);
		source_release(&found);
	}
	free(path);
}

void
experiments_give(const struct experiment *e, struct closure *closure, const struct source *image)
{
	struct command command;

	for (size_t run = 0; run < e->run.count; run++) {
		command_read(&command, e->run.values[run]);
		for (size_t i = 0; i < command.count; i++)
			give_to_program(e, closure, image, &command.list[i]);
		command_free(&command);
	}
}

void
experiments_give_all(const struct experiments *experiments, struct closure *closure)
{
	for (size_t i = 0; i < experiments->count; i++)
		experiments_give(&experiments->list[i].experiment, closure, NULL);
}

size_t
experiments_plan(const struct experiments *experiments, struct items *items)
{
	struct plan *plan = items->closure->plan;
	size_t failed = 0;

	for (size_t i = 0; i < experiments->count; i++) {
		const struct experiment_baked *baked = &experiments->list[i];
		const struct experiment *e = &baked->experiment;
		message_about(baked->file);
		failed += plan_file(baked, plan) != 0;
		message_about(NULL);
		for (size_t m = 0; m < e->module.count; m++) {
			char *place = experiment_enter(baked->file, baked->text, "module", m);
			failed += items_add_modules(items, e->module.values[m]) != 0;
			experiment_leave(place);
		}
		failed += experiment_kernel_add(items, e, baked->file, baked->text);
		for (size_t run = 0; run < e->run.count; run++) {
			char *place = experiment_enter(baked->file, baked->text, "run", run);
			failed += plan_command(e, items, e->run.values[run]);
			experiment_leave(place);
		}
	}
	return failed;
}

/* Returns the bytes of a planned file, or NULL; the caller releases *map. */
static const char *
planned_text(const struct plan *plan, const char *path, size_t *length, void **map)
{
	char *located = plan_locate(plan, path);
	const struct plan_entry *entry = located != NULL ? plan_find(plan, located) : NULL;

	free(located);
	*map = NULL;
	*length = 0;
	if (entry == NULL || entry->type != PLAN_FILE)
		return NULL;
	if (entry->content != NULL) {
		*length = entry->content_size;
		return entry->content;
	}
	return *map = mapped_file(entry->source, length);
}

static size_t
check_user(const struct plan *plan, const struct experiment_baked *baked)
{
	const char *spec = baked->experiment.user;
	struct users users;
	struct user user;
	void *maps[2];

	users.passwd = planned_text(plan, "/etc/passwd", &users.passwd_length, &maps[0]);
	users.group = planned_text(plan, "/etc/group", &users.group_length, &maps[1]);
	const char *problem = users_find(&users, spec, &user);
	char *place = experiment_enter(baked->file, baked->text, "user", 0);
	if (problem != NULL)
		message_warnx("user %s %s of the image", spec, problem);
	experiment_leave(place);
	for (size_t i = 0; i < 2; i++)
		if (maps[i] != NULL)
			mapped_release(maps[i]);
	return problem != NULL;
}

/* Returns whether a mount of the experiment may provide the directory. */
static bool
is_mounted(const struct experiment *e, const char *path)
{
	for (size_t i = 0; i < e->mount.count; i++) {
		struct mount_words mount;
		mount_words_read(&mount, e->mount.values[i]);
		size_t length = strlen(mount.target);
		if (strncmp(mount.target, path, length) == 0 &&
		    (path[length] == '/' || path[length] == '\0'))
			return true;
	}
	return false;
}

/* Returns whether the path is below a mount of init, where directories may be created. */
static bool
is_below_init_mount(const char *path)
{
	static const char *const tops[] = {"/proc", "/sys", "/dev", "/run"};

	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		size_t length = strlen(tops[i]);
		if (strncmp(tops[i], path, length) == 0 &&
		    (path[length] == '/' || path[length] == '\0'))
			return true;
	}
	return false;
}

size_t
experiments_check(const struct experiments *experiments, const struct plan *plan)
{
	size_t failed = 0;

	for (size_t i = 0; i < experiments->count; i++) {
		const struct experiment_baked *baked = &experiments->list[i];
		const struct experiment *e = &baked->experiment;
		for (size_t run = 0; run < e->run.count; run++) {
			char *place = experiment_enter(baked->file, baked->text, "run", run);
			if (!has_command(&(struct place){.plan = plan}, e, e->run.values[run][0])) {
				message_warnx("run %s: it is not in the image, where the "
					      "experiment looks for it",
					      e->run.values[run][0]);
				failed++;
			}
			experiment_leave(place);
		}
		if (e->user != NULL)
			failed += check_user(plan, baked);
		char *place = experiment_enter(baked->file, baked->text, "cwd", 0);
		if (e->cwd != NULL && strcmp(e->cwd, "/") != 0 && !is_planned(plan, e->cwd) &&
		    !is_mounted(e, e->cwd) && !is_below_init_mount(e->cwd)) {
			message_warnx("cwd %s: it is not in the image", e->cwd);
			failed++;
		}
		experiment_leave(place);
	}
	return failed;
}
