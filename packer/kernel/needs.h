/* SPDX-License-Identifier: MIT */
/*
 * The table of what content needs of a kernel, kconfig/needs, whose head tells what its lines are:
 *
 *	KIND NAME OPTIONS CONSEQUENCE
 *
 * and which of these options a configuration sets. Pure.
 */
#ifndef LULL_PACKER_NEEDS_H
#define LULL_PACKER_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

struct kernel_config;

struct needs_row {
	const char *kind;
	const char *name;
	const char *options; /* "A,B|C" */
	const char *consequence;
};

/* An option that rows name. It is not a string: `length` bytes. */
struct needs_option {
	const char *name;
	size_t length;
	char state; /* 'y', 'm' or 'n' */
};

struct needs {
	struct needs_row *rows;
	size_t count;
	struct needs_option *options; /* sorted, each once */
	size_t option_count;
	char *text; /* what all strings are in */
};

/* The table itself, which the Makefile makes a string of: packer has it wherever it runs. */
extern const char needs_table[];

/*
 * Reads a table of `length` bytes. Returns 0 with `needs` to be given to needs_free(), or -1 with
 * *line, from 1, of what is not a row.
 */
int needs_read(struct needs *needs, const char *text, size_t length, size_t *line);
void needs_free(struct needs *needs);

/* Takes the state of all options from a configuration; before this, none is set. */
void needs_judge(struct needs *needs, const struct kernel_config *config);

/* The first row of a kind and a name, or NULL. */
const struct needs_row *needs_find(const struct needs *needs, const char *kind, const char *name);

/*
 * What a kernel so configured would have to have for the row: "CONFIG_A=y and CONFIG_B=y", with "
 * or " where one is enough; to be freed. NULL: nothing, it has all. *are_modules tells that each of
 * them is there as a module.
 */
char *needs_lacking(const struct needs *needs, const struct needs_row *row, bool *are_modules);

#endif
