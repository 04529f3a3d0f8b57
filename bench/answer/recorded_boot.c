/* SPDX-License-Identifier: MIT */
#include "answer/recorded_boot.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/origin.h"
#include "base/escape.h"
#include "base/io.h"
#include "base/json.h"
#include "console/console.h"
#include "host/memory.h"
#include "report/report_json.h"
#include "report/verdict.h"
#include "study/console_file.h"
#include "study/numbers_file.h"
#include "text.h"
#include "words.h"

/* The word by which a kernel's command line shows exact mode (kernel_line.c). */
static const char exact_word[] = "lull.exact=1";

/* Words of a kernel's command line that are not its arguments: the session, and the command. */
static bool
is_ignored(const char *word)
{
	return strncmp(word, "lull.session=", strlen("lull.session=")) == 0 ||
	       strncmp(word, "lull.run=", strlen("lull.run=")) == 0;
}

/* Adds the words of a kernel's command line, which also show exact mode. */
static void
add_arguments(struct recorded_boot *boot, const char *line)
{
	struct object o = {boot->origin, false};
	json_t *words = line != NULL ? origin_words(line) : NULL;

	for (size_t i = json_array_size(words); i-- > 0;) {
		const char *word = json_string_value(json_array_get(words, i));
		if (word != NULL && strcmp(word, exact_word) == 0)
			boot->kind = numbers_kind(true, NULL);
		if (word != NULL && is_ignored(word))
			json_array_remove(words, i);
	}
	if (words != NULL)
		object_set(&o, "arguments", words);
}

/* Adds the words of a command as a shell would read them. */
static void
add_command(struct recorded_boot *boot, const json_t *words)
{
	enum { COMMAND_MAX = 64 * 1024 };
	struct object o = {boot->origin, false};
	char *buffer = xcalloc(1, COMMAND_MAX);
	struct text t = text_in(buffer, COMMAND_MAX - 1);

	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));
		text_string(&t, i > 0 ? " " : "");
		words_quote(&t, word != NULL ? word : "?");
	}
	object_guest(&o, "command", buffer);
	free(buffer);
}

/* Copies a key of the file to the origin, under another name; inside `group` unless it is NULL. */
static void
copy_key(struct recorded_boot *boot, const json_t *from, const char *key, const char *group,
	 const char *name)
{
	struct object o = {boot->origin, false};
	json_t *value = json_object_get(from, key);

	if (value == NULL || json_is_null(value))
		return;
	if (group != NULL && json_object_get(o.json, group) == NULL)
		object_set(&o, group, json_object());
	if (group != NULL)
		o.json = json_object_get(o.json, group);
	object_set(&o, name, json_incref(value));
	if (o.failed)
		memory_die();
}

static void
copy_keys(struct recorded_boot *boot, const json_t *from)
{
	static const struct {
		const char *key, *group, *name;
	} keys[] = {
	    {"node", NULL, "node"},
	    {"qemu", NULL, "qemu version"},
	    {"machine", NULL, "machine"},
	    {"accel", NULL, "accel"},
	    {"exact", NULL, "exact"},
	    {"cpus", NULL, "cpus"},
	    {"memory_mib", NULL, "memory"},
	    {"timeout_s", NULL, "timeout"},
	    {"layout", NULL, "layout"},
	    {"init", NULL, "lull"},
	    {"kernel_sha256", "kernel", "sha256"},
	    {"kernel_release", "kernel", "release"},
	    {"build_id", "kernel", "build_id"},
	    {"image_sha256", "image", "sha256"},
	    {"manifest_sha256", "image", "manifest"},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		copy_key(boot, from, keys[i].key, keys[i].group, keys[i].name);
}

static void
add_environment(struct recorded_boot *boot, const json_t *from)
{
	struct object o = {boot->origin, false};
	json_t *environment = origin_environment(from);

	if (environment != NULL)
		object_set(&o, "environment", environment);
}

/* The series of a name in a run; added to `all` if it is new. NULL: its value is invalid. */
static json_t *
lookup_series(json_t *all, size_t first, const char *name, const char *unit, const json_t *run)
{
	const json_t *command = json_object_get(run, "command"),
		     *number = json_object_get(run, "run");

	for (size_t i = first; i < json_array_size(all); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(all, i), "name")),
			   name) == 0)
			return json_object_get(json_array_get(all, i), "values");
	/* Without several runs the object has the words of the command, and no number. */
	json_t *series = json_pack(
	    "{s:I, s:I, s:b, s:s, s:s, s:[]}", "command",
	    json_is_integer(command) ? json_integer_value(command) : (json_int_t)1, "run",
	    json_is_integer(number) ? json_integer_value(number) : (json_int_t)1, "warmup",
	    json_is_true(json_object_get(run, "warmup")), "name", name, "unit", unit, "values");
	if (series == NULL || json_array_append_new(all, series) != 0)
		memory_die();
	return json_object_get(series, "values");
}

/* Adds the series of a run, from an object of `bench boot --json`. */
static void
add_run(json_t *all, const json_t *run)
{
	size_t first = json_array_size(all), i;
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(run, "usage"), name, value)
	{
		const char *unit = numbers_figure_unit(name);
		if (unit != NULL &&
		    json_array_append(lookup_series(all, first, name, unit, run), value) != 0)
			memory_die();
	}
	json_array_foreach(json_object_get(run, "samples"), i, value)
	{
		const char *unit = json_string_value(json_object_get(value, "unit"));
		name = json_string_value(json_object_get(value, "name"));
		if (name != NULL && unit != NULL &&
		    json_array_append(lookup_series(all, first, name, unit, run),
				      json_object_get(value, "value")) != 0)
			memory_die();
	}
}

/* Reads an object of `bench boot --json`. Returns 0, or -1 if its numbers are invalid. */
static int
read_boot_json(struct recorded_boot *boot, const json_t *json)
{
	json_t *series = json_array(), *runs = json_object_get(json, "runs"), *run;
	const char *line = json_string_value(json_object_get(json, "cmdline")),
		   *accel = json_string_value(json_object_get(json, "accel"));
	size_t i;

	json_array_foreach(runs, i, run) add_run(series, run);
	if (runs == NULL)
		add_run(series, json);
	copy_keys(boot, json);
	add_arguments(boot, line);
	if (boot->kind == NULL && (accel != NULL || json_object_get(json, "machine") != NULL))
		boot->kind = numbers_kind(json_is_true(json_object_get(json, "exact")), accel);
	add_command(boot, json_object_get(json, "command"));
	add_environment(boot, json);
	int result = numbers_read(&boot->numbers, series);
	json_decref(series);
	return result;
}

/* Reads an object of a study's numbers/. Returns 0, or -1 if it is invalid. */
static int
read_numbers_json(struct recorded_boot *boot, const json_t *json)
{
	static const char *const kinds[] = {"time", "emulated time", "instructions"};
	const char *kind = json_string_value(json_object_get(json, "kind"));

	for (size_t i = 0; kind != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			boot->kind = kinds[i];
	copy_keys(boot, json);
	copy_key(boot, json, "kernel", "kernel", "label");
	copy_key(boot, json, "image", "image", "label");
	add_arguments(boot, json_string_value(json_object_get(json, "arguments")));
	copy_key(boot, json, "experiment", NULL, "experiment");
	copy_key(boot, json, "better", NULL, "better");
	add_command(boot, json_object_get(json, "run"));
	add_environment(boot, json);
	if (json_integer_value(json_object_get(json, "format")) != NUMBERS_FORMAT)
		return -1;
	return numbers_read(&boot->numbers, json_object_get(json, "series"));
}

/* Takes the numbers and the origin from a console's result. Returns 0 or -1. */
static int
read_result(struct recorded_boot *boot, const struct result *result)
{
	struct object o = {json_object(), false};
	const struct bytes *line = facts_find(&result->environment, "cmdline");

	object_guest(&o, "init", result->init);
	object_guest(&o, "kernel_release", result->kernel);
	object_guest(&o, "build_id", result->build_id);
	object_guest(&o, "manifest_sha256", result->image);
	if (result->environment.count > 0)
		object_set(&o, "environment", facts_json(&result->environment, object_encode));
	if (o.failed)
		memory_die();
	copy_keys(boot, o.json);
	if (line != NULL) {
		char *text = strndup(line->data, line->length);
		add_arguments(boot, text);
		free(text);
	}
	add_environment(boot, o.json);
	json_decref(o.json);
	return numbers_collect(&boot->numbers, result);
}

static void
report_no_numbers(const char *path, const char *outcome)
{
	char buffer[256];
	struct text t = text_in(buffer, sizeof(buffer));

	escape_text(&t, outcome != NULL ? outcome : "unknown");
	warnx("%s has no numbers: outcome %.*s", path, (int)t.used, buffer);
}

/* Reads a console log. Returns 0, or -1 after a message. */
static int
read_log(struct recorded_boot *boot, const char *path)
{
	struct console console;
	struct evidence evidence = {.end = MACHINE_UNKNOWN, .console = &console};
	struct report report = {0};
	struct verdict verdict;
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = -1;

	if (console_open(&console, NULL) != 0)
		memory_die();
	if (fd < 0 || console_file_read(fd, &console) != 0) {
		if (errno == EBADMSG)
			warnx("cannot read %s: it is damaged or cut off", path);
		else
			warn("cannot read %s", path);
		goto out;
	}
	if (verdict_reach(&verdict, &evidence, &report) != 0)
		memory_die();
	if (!outcome_is_final(report.outcome))
		report_no_numbers(path, outcome_name(report.outcome));
	else if (read_result(boot, &verdict.result) != 0)
		memory_die();
	else if (boot->numbers.problem[0] != '\0')
		warnx("%s: %s", path, boot->numbers.problem);
	else
		result = 0;
	verdict_free(&verdict);
out:
	if (fd >= 0)
		close(fd);
	console_close(&console);
	return result;
}

/* The JSON object of a file; NULL: it has none. */
static json_t *
read_json(const char *path)
{
	size_t length, at = 0;
	char *text = io_read(AT_FDCWD, path, NUMBERS_FILE_MAX, &length);
	json_t *json = NULL;

	while (text != NULL && at < length && isspace((unsigned char)text[at]))
		at++;
	if (text != NULL && at < length && text[at] == '{')
		json = json_loadb(text + at, length - at, JSON_ALLOW_NUL, NULL);
	free(text);
	return json;
}

int
recorded_boot_read(struct recorded_boot *boot, const char *path)
{
	*boot = (struct recorded_boot){.origin = json_object()};
	json_t *json = read_json(path);
	int result = 0;

	if (boot->origin == NULL)
		memory_die();
	if (json == NULL)
		result = read_log(boot, path);
	else if (json_object_get(json, "series") != NULL ? read_numbers_json(boot, json) != 0
							 : read_boot_json(boot, json) != 0) {
		warnx("%s: its numbers are damaged", path);
		result = -1;
	}
	if (result == 0 && boot->numbers.count == 0) {
		report_no_numbers(path, json_string_value(json_object_get(json, "outcome")));
		result = -1;
	}
	json_decref(json);
	return result;
}

void
recorded_boot_free(struct recorded_boot *boot)
{
	numbers_free(&boot->numbers);
	json_decref(boot->origin);
}
