/* SPDX-License-Identifier: MIT */
#include "study/scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char not_a_range[] =
    "has an invalid range: use whole numbers, as in 1..10, 0..100+10 or 1..1024*2";

/* Advances to the next number of a range. Returns false after the last. */
static bool
scan_advance(uint64_t *number, char kind, uint64_t by, uint64_t last)
{
	bool is_last = kind == '*' ? *number > last / by : last - *number < by;

	*number = kind == '*' ? *number * by : *number + by;
	return !is_last;
}

/* Passes on the numbers of a range, whose end is in the string `end`. */
static const char *
scan_range(const char *start, char *end, scan_take *take, void *context)
{
	char *step = end + strcspn(end, "+*"), kind = *step != '\0' ? *step : '+';
	uint64_t number, last, by = 1;
	const char *mistake;

	if (*step != '\0') {
		*step++ = '\0';
		if (text_parse_number(step, UINT64_MAX, &by) != 0)
			return not_a_range;
	}
	if (text_parse_number(start, UINT64_MAX, &number) != 0 ||
	    text_parse_number(end, UINT64_MAX, &last) != 0)
		return not_a_range;
	if (number > last)
		return "has an empty range: its end is lower than its start";
	if (by == 0)
		return "has a range that never ends: its step is 0";
	if (kind == '*' && (by == 1 || number == 0))
		return "has a range that never ends: it needs a start of at least 1 and a factor "
		       "of at least 2";
	do {
		char value[32];
		struct text t = text_in(value, sizeof(value) - 1);
		text_number(&t, number);
		value[t.used] = '\0';
		mistake = take(context, value);
	} while (mistake == NULL && scan_advance(&number, kind, by, last));
	return mistake;
}

const char *
scan_values(char *values, scan_take *take, void *context)
{
	const char *mistake = NULL;
	char *next = values;

	while (next != NULL && mistake == NULL) {
		char *value = strsep(&next, ","), *dots = strstr(value, "..");
		if (*value == '\0')
			return "has an empty value";
		if (dots == NULL) {
			mistake = take(context, value);
			continue;
		}
		*dots = '\0';
		mistake = scan_range(value, dots + 2, take, context);
	}
	return mistake;
}
