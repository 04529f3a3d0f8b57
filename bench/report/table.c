/* SPDX-License-Identifier: MIT */
#include "report/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "host/memory.h"

enum { CELL_MAX = 1024 };

void
table_add(struct table *table, const char *text)
{
	char buffer[CELL_MAX];
	struct text t = text_in(buffer, sizeof(buffer) - 1);

	escape_text(&t, text);
	buffer[t.used] = '\0';
	table->cells = xgrow(table->cells, table->count, sizeof(*table->cells));
	table->colours = xgrow(table->colours, table->count, sizeof(*table->colours));
	table->colours[table->count] = NULL;
	table->cells[table->count++] = xstrdup(buffer);
}

void
table_format(struct table *table, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		memory_die();
	va_end(arguments);
	table_add(table, text);
	free(text);
}

void
table_measure(struct table *table, const char *name, uint64_t command)
{
	if (command > 0)
		table_format(table, "%llu:%s", (unsigned long long)command, name);
	else
		table_add(table, name);
}

void
table_number(struct table *table, double number)
{
	if (isnan(number))
		table_add(table, "-");
	else if (fabs(number) >= 1e6 && fabs(number) < 1e15)
		table_format(table, "%.0f", number);
	else
		table_format(table, "%.6g", number);
}

void
table_colour(struct table *table, const char *colour)
{
	table->colours[table->count - 1] = colour;
}

/* Columns of a terminal, if each character takes one. */
static size_t
width_of(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static size_t
column_width(const struct table *table, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < table->count; i += table->columns)
		if (width_of(table->cells[i]) > widest)
			widest = width_of(table->cells[i]);
	return widest;
}

static void
print_spaces(FILE *file, size_t count)
{
	fprintf(file, "%*s", (int)count, "");
}

void
table_print(const struct table *table, FILE *file, bool colours)
{
	size_t widths[TABLE_COLUMNS];

	for (size_t c = 0; c < table->columns; c++)
		widths[c] = column_width(table, c);
	for (size_t i = 0; i < table->count; i++) {
		size_t c = i % table->columns, space = widths[c] - width_of(table->cells[i]);
		bool is_last = c + 1 == table->columns,
		     is_coloured = colours && table->colours[i] != NULL;
		print_spaces(file, table->right[c] ? space : 0);
		if (is_coloured)
			fprintf(file, "\033[%sm", table->colours[i]);
		fputs(table->cells[i], file);
		if (is_coloured)
			fputs("\033[0m", file);
		print_spaces(file, table->right[c] || is_last ? 0 : space);
		fputs(is_last ? "\n" : "  ", file);
	}
}

void
table_print_markdown(const struct table *table, FILE *file)
{
	for (size_t i = 0; i < table->count; i++) {
		fputs("| ", file);
		for (const char *at = table->cells[i]; *at != '\0'; at++)
			fprintf(file, *at == '|' ? "\\%c" : "%c", *at);
		fputs((i + 1) % table->columns == 0 ? " |\n" : " ", file);
		if (i + 1 != table->columns)
			continue;
		for (size_t c = 0; c < table->columns; c++)
			fputs(table->right[c] ? "| ---: " : "| --- ", file);
		fputs("|\n", file);
	}
}

void
table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table->colours);
}
