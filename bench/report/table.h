/* SPDX-License-Identifier: MIT */
/* A table of strings, printed with aligned columns or as Markdown. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 12 };

struct table {
	size_t columns;
	bool right[TABLE_COLUMNS]; /* align to the right */
	char **cells;		   /* owned: the first row is the heading */
	const char **colours;	   /* owned: of each row's last column; NULL: none */
	size_t count;		   /* of cells */
};

/* Adds a string, which is copied and escaped, as the next cell. */
void table_add(struct table *table, const char *text);

__attribute__((format(printf, 2, 3))) void table_format(struct table *table, const char *format,
							...);

/* Adds the name of a measure, with its command's number unless that is 0. */
void table_measure(struct table *table, const char *name, uint64_t command);

/* Adds a number with six significant digits, and all digits before the point; NAN: "-". */
void table_number(struct table *table, double number);

/* An ANSI colour, such as "31", for the last column of the current row. */
void table_colour(struct table *table, const char *colour);

/* Prints the table. `colours`: use those of rows. */
void table_print(const struct table *table, FILE *file, bool colours);
void table_print_markdown(const struct table *table, FILE *file);

void table_free(struct table *table);

#endif
