/* SPDX-License-Identifier: MIT */
/*
 * The modules that an image loads, in the order in which they are loaded, as packer writes them and
 *init reads them at MODULE_LIST. Packer has worked out what depends on what: init computes nothing.
 *
 *	kernel RELEASE
 *	need PATH [OPTIONS]
 *	try PATH [OPTIONS]
 *	built NAME
 *
 * The first line names the kernel that they are for, as uname(2) has it. `need`: was asked for by
 *name, or such a one needs it; without it no experiment runs. `try`: may fail, as a driver does
 *that finds no device. `built`: was asked for by name and is in the kernel itself, which need not
 *have it in /sys/module. PATH, OPTIONS and NAME are percent-encoded where they hold blanks, control
 *or 8-bit bytes.
 */
#ifndef LULL_MODULE_LIST_H
#define LULL_MODULE_LIST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

#define MODULE_LIST "/etc/lull/modules"

enum { MODULE_RELEASE_MAX = 64, MODULE_OPTIONS_MAX = 1024 };

struct module_line {
	bool need, is_built;
	char path[PATH_MAX]; /* or a name */
	char options[MODULE_OPTIONS_MAX + 1];
};

/* A list being read; starts with module_list_read(). */
struct module_list {
	const char *text, *end;
	char release[MODULE_RELEASE_MAX + 1];
};

/*
 * Reads the first line of the `length` bytes at `text`, which must stay. Returns 0, or -1 for what
 * is no such list.
 */
int module_list_read(struct module_list *list, const char *text, size_t length);

/* The next module. Returns 1, 0 behind the last, or -1 for a line that is none. */
int module_list_next(struct module_list *list, struct module_line *line);

/* Appends the first line; a module's line, `options` "" for none; that of one that is built in. */
void module_list_start(struct text *t, const char *release);
void module_list_add(struct text *t, bool need, const char *path, const char *options);
void module_list_add_built(struct text *t, const char *name);

#endif
