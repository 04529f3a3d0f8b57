/* SPDX-License-Identifier: MIT */
/*
 * The table of kernel options that contents of images need, kconfig/needs, whose head describes its
 * lines
 *
 * 	KIND NAME OPTIONS CONSEQUENCE
 *
 * and the state of these options in a configuration. Pure.
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

/* An option named in rows. It is not a string: `length` bytes. */
struct needs_option {
	const char *name;
	size_t length;
	char state; /* 'y', 'm' or 'n' */
};

enum { NEEDS_LONGEST = 63 }; /* longer options are invalid */

struct needs {
	struct needs_row *rows;
	size_t count;
	struct needs_option *options; /* sorted by length, then name, without duplicates */
	size_t option_count;
	/*
	 * The number of options that are shorter than the index. A kernel has thousands of options,
	 * and most of them differ from all of these in their length or first letters.
	 */
	size_t shorter[NEEDS_LONGEST + 2];
	char *text; /* owned text of all strings */
};

/* The table itself. The Makefile turns it into a string, so that packer needs no file. */
extern const char needs_table[];

/*
 * Parses a table of `length` bytes. Returns 0, and the caller calls needs_free(), or -1 with *line
 * the number, from 1, of an invalid row.
 */
int needs_read(struct needs *needs, const char *text, size_t length, size_t *line);
void needs_free(struct needs *needs);

/* Sets the state of all options from a configuration; initially none is set. */
void needs_judge(struct needs *needs, const struct kernel_config *config);

/* The first row of a kind and a name, or NULL. */
const struct needs_row *needs_find(const struct needs *needs, const char *kind, const char *name);

/*
 * The options of the row that the kernel lacks: "CONFIG_A=y and CONFIG_B=y", with " or " between
 * alternatives; to be freed. NULL: none. *are_modules: all of them are set to m.
 */
char *needs_lacking(const struct needs *needs, const struct needs_row *row, bool *are_modules);

#endif
