/* SPDX-License-Identifier: MIT */
#include "resolve/script_body.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "base/message.h"
#include "elf/object.h"
#include "host/memory.h"
#include "plan/source.h"
#include "resolve/closure.h"
#include "resolve/command.h"

static bool
is_shell(const struct script *script)
{
	static const char *const shells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh"};
	const char *program = script->program[0] != '\0' ? script->program : script->interpreter;
	const char *slash = strrchr(program, '/'), *name = slash != NULL ? slash + 1 : program;

	for (size_t i = 0; i < sizeof(shells) / sizeof(*shells); i++)
		if (strcmp(name, shells[i]) == 0)
			return true;
	return false;
}

/* Whether the text tests for the path, as in `[ -x PATH ]` or `command -v`. */
static bool
is_tested(const char *text, const char *path)
{
	size_t length = strlen(path);

	for (const char *at = strstr(text, path); at != NULL; at = strstr(at + length, path)) {
		const char *before = at > text && strchr("\"'", at[-1]) != NULL ? at - 1 : at;
		if (before - text >= 4 && before[-1] == ' ' && before[-3] == '-' &&
		    strchr("defrsxv", before[-2]) != NULL)
			return true;
	}
	return false;
}

/* Whether the kernel or a boot creates the path. */
static bool
is_volatile(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/", 5) == 0 ||
	       strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/run/", 5) == 0;
}

static bool
is_missing(const struct closure *closure, const char *path, bool is_image)
{
	struct source_found found;

	if (source_find(closure->source, closure->plan, path, &found) != 0)
		return is_image;
	bool is_planned = is_image || found.entry != NULL;
	source_release(&found);
	return !is_planned;
}

static void
report_missing_program(const struct closure *closure, const struct plan_entry *entry,
		       const char *text, bool is_image)
{
	struct command command;
	const char *first = NULL;

	command_read_script(&command, text);
	for (size_t i = 0; i < command.count && first == NULL; i++) {
		const char *name = command.list[i].name;
		if (!is_volatile(name) && !is_tested(text, name) &&
		    is_missing(closure, name, is_image))
			first = name;
	}
	if (first != NULL && is_image)
		message_warnx("%s: the script starts %s, which is not in the image", entry->path,
			      first);
	else if (first != NULL)
		message_warnx(
		    "warning: %s is a script that starts %s, which is not packed; a run under -t "
		    "packs what it needs",
		    entry->path, first);
	command_free(&command);
}

void
script_body_report(struct closure *closure, bool is_image)
{
	for (size_t i = 0; i < closure->count && interrupt_signal() == 0; i++) {
		const struct plan_entry *entry = closure->wanted[i];
		const struct object *object =
		    object_get(&closure->libraries.objects, entry->source);
		size_t size = 0;
		if (object == NULL || object->kind != OBJECT_SCRIPT || (entry->mode & 0111) == 0 ||
		    !(entry->whole || entry->program) || !is_shell(&object->script))
			continue;
		void *map = mapped_file(entry->source, &size);
		char *text = xasprintf("%.*s", (int)(size < 1 << 20 ? size : 1 << 20),
				       map != NULL ? (char *)map : "");
		if (map != NULL)
			mapped_release(map);
		report_missing_program(closure, entry, text, is_image);
		free(text);
	}
}
