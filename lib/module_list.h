/* SPDX-License-Identifier: MIT */
/*
 * The modules that an image loads, in load order; packer writes the list to MODULE_LIST and init
 * reads it. Packer has resolved the dependencies: init computes nothing.
 *
 *	kernel RELEASE
 *	need PATH [OPTIONS]
 *	try PATH [OPTIONS]
 *	built NAME
 *
 * The first line has the release of their kernel, as in uname(2). `need`: a module requested by
 * name, or a dependency of one; if it fails, no experiment runs. `try`: may fail, as drivers do
 * that find no device. `built`: requested by name, and built into the kernel; /sys/module may lack
 * it. PATH, OPTIONS and NAME are percent-encoded if they have blanks, control or 8-bit bytes.
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

/* A list being read; initialized by module_list_read(). */
struct module_list {
	const char *text, *end;
	char release[MODULE_RELEASE_MAX + 1];
};

/*
 * Reads the first line of the `length` bytes at `text`, which must stay valid. Returns 0, or -1 if
 * it is not such a list.
 */
int module_list_read(struct module_list *list, const char *text, size_t length);

/* Reads the next module. Returns 1, 0 at the end, or -1 for an invalid line. */
int module_list_next(struct module_list *list, struct module_line *line);

/*
 * Append the first line; a module's line, with `options` "" for none; the line of a built-in
 * module.
 */
void module_list_start(struct text *t, const char *release);
void module_list_add(struct text *t, bool need, const char *path, const char *options);
void module_list_add_built(struct text *t, const char *name);

#endif
