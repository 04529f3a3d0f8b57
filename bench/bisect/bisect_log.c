/* SPDX-License-Identifier: MIT */
#include "bisect/bisect_log.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "host/memory.h"

enum { LOG_MAX = 256 * 1024 * 1024 };

void
bisect_entry_free(struct bisect_entry *entry)
{
	free(entry->problem);
	figures_free(&entry->figures);
	*entry = (struct bisect_entry){.problem = NULL};
}

/* Returns 0, or -1 if the line is invalid. */
static int
read_entry(struct bisect_entry *entry, const json_t *json)
{
	const json_t *problem = json_object_get(json, "problem");

	*entry = (struct bisect_entry){.problem = NULL};
	if (json_is_string(problem)) {
		entry->problem = xstrdup(json_string_value(problem));
		return 0;
	}
	entry->seconds = json_number_value(json_object_get(json, "seconds"));
	return figures_read(&entry->figures, json_object_get(json, "figures"));
}

/* Reads the complete lines. Returns their length, or -1 after a message. */
static off_t
read_lines(struct bisect_log *log, const char *path, const char *text)
{
	const char *at = text;

	for (size_t number = 1; strchr(at, '\n') != NULL; number++) {
		size_t length = strcspn(at, "\n");
		json_t *line = json_loadb(at, length, 0, NULL);
		const char *point = json_string_value(json_object_get(line, "point"));
		struct bisect_entry entry = {.problem = NULL};
		bool is_valid = point != NULL && read_entry(&entry, line) == 0;
		bisect_entry_free(&entry);
		if (is_valid && json_object_set(log->points, point, line) != 0)
			memory_die();
		json_decref(line);
		if (!is_valid) {
			warnx("%s:%zu: this line is damaged", path, number);
			return -1;
		}
		at += length + 1;
	}
	return at - text;
}

int
bisect_log_open(struct bisect_log *log, const char *path)
{
	size_t length;

	log->points = json_object();
	log->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (log->file < 0) {
		warn("cannot open %s", path);
		return -1;
	}
	if (flock(log->file, LOCK_EX | LOCK_NB) != 0) {
		warnx("%s: another bench bisect is writing it", path);
		return -1;
	}
	char *text = io_read(AT_FDCWD, path, LOG_MAX, &length);
	if (text == NULL) {
		warn("cannot read %s", path);
		return -1;
	}
	off_t whole = read_lines(log, path, text);
	free(text);
	if (whole >= 0 && ftruncate(log->file, whole) != 0) {
		warn("cannot write %s", path);
		return -1;
	}
	return whole < 0 ? -1 : 0;
}

void
bisect_log_close(struct bisect_log *log)
{
	json_decref(log->points);
	if (log->file >= 0)
		close(log->file);
}

bool
bisect_log_find(const struct bisect_log *log, const char *point, struct bisect_entry *entry)
{
	const json_t *line = json_object_get(log->points, point);

	return line != NULL && read_entry(entry, line) == 0;
}

int
bisect_log_add(struct bisect_log *log, const char *point, const char *study,
	       const struct bisect_entry *entry)
{
	struct object o = {.json = json_object()};

	object_string(&o, "point", point);
	object_string(&o, "study", study);
	object_string(&o, "problem", entry->problem);
	if (entry->problem == NULL)
		object_set(&o, "seconds", json_real(entry->seconds));
	if (entry->problem == NULL)
		object_set(&o, "figures", figures_write(&entry->figures));
	char *text = object_text(o.json, JSON_COMPACT);
	if (o.failed || text == NULL || json_object_set_new(log->points, point, o.json) != 0)
		memory_die();
	char *line = xasprintf("%s\n", text);
	int result = io_write(log->file, line, strlen(line));
	if (result == 0)
		result = fsync(log->file);
	if (result != 0)
		warn("cannot write the log");
	free(line);
	free(text);
	return result;
}
