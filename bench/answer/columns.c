/* SPDX-License-Identifier: MIT */
#include "answer/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "report/numbers.h"
#include "text.h"

void
column_unit(struct table *table, const char *kind, const char *unit)
{
	char *text = numbers_unit(unit, kind);

	table_add(table, text);
	free(text);
}

/* Digits after the point with which the width of an interval has two. */
static int
digits_for(double low, double high)
{
	int digits = isfinite(high - low) && high > low ? 1 - (int)floor(log10(high - low)) : 3;

	return digits < 2 ? 2 : digits > 15 ? 15 : digits;
}

void
column_estimate(struct table *table, bool is_ratio, double mean, double low, double high)
{
	const char *form = is_ratio ? "%.*f" : "%+.*f",
		   *interval = is_ratio ? "[%.*f, %.*f]" : "[%+.*f, %+.*f]";
	bool is_known = isfinite(low);

	if (isnan(mean)) {
		table_add(table, "");
		table_add(table, "");
		return;
	}
	if (is_ratio) {
		mean = exp(mean);
		low = exp(low);
		high = exp(high);
	}
	int digits = digits_for(low, high);
	table_format(table, form, digits, mean);
	if (is_known)
		table_format(table, interval, digits, low, digits, high);
	else
		table_add(table, "[?]");
}

void
column_range(struct table *table, size_t layouts, double least, double most, double baseline)
{
	if (layouts == 0)
		table_add(table, "");
	else if (least == most)
		table_format(table, "%+.8g", least);
	else
		table_format(table, "%+.8g..%+.8g", least, most);
	double percent = 100 / fabs(baseline);
	if (layouts == 0 || !isfinite(percent))
		table_add(table, "");
	else if (least == most)
		table_format(table, "%+.2f %%", least * percent);
	else
		table_format(table, "%+.2f..%+.2f %%", least * percent, most * percent);
}

void
column_colour(struct table *table, const char *verdict)
{
	if (strcmp(verdict, "faster") == 0 || strcmp(verdict, "better") == 0)
		table_colour(table, "32");
	else if (strcmp(verdict, "slower") == 0 || strcmp(verdict, "worse") == 0)
		table_colour(table, "31");
}

void
column_print(const struct table *table)
{
	const char *no_colour = getenv("NO_COLOR");

	table_print(table, stdout,
		    isatty(STDOUT_FILENO) == 1 && (no_colour == NULL || no_colour[0] == '\0'));
}

void
column_line(const char *what, const char *between, const char *text)
{
	char buffer[4096];
	struct text t = text_in(buffer, sizeof(buffer));

	escape_text(&t, text);
	printf("%s%s%.*s\n", what, between, (int)t.used, buffer);
}
