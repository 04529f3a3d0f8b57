/* SPDX-License-Identifier: MIT */
#include "console/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 64 }; /* characters of a value */

struct samples
samples_in(const char *bytes, size_t length)
{
	return (struct samples){bytes, length};
}

/* Returns the length of the word up to a blank or the end, and moves past both. */
static size_t
next_word(const char **at, const char *end, const char **word)
{
	const char *blank = memchr(*at, ' ', (size_t)(end - *at));

	*word = *at;
	*at = blank != NULL ? blank + 1 : end;
	return (size_t)((blank != NULL ? blank : end) - *word);
}

static bool
read_value(const char *word, size_t length, double *value)
{
	char copy[NUMBER_MAX + 1], *end;

	if (length == 0 || length > NUMBER_MAX || memchr(word, '\0', length) != NULL)
		return false;
	/* strtod(3) would accept more: leading blanks, hexadecimal, infinities. */
	if (strspn(word, "+-.0123456789eE") < length)
		return false;
	memcpy(copy, word, length);
	copy[length] = '\0';
	*value = strtod(copy, &end);
	return *end == '\0' && end != copy && isfinite(*value);
}

bool
samples_next(struct samples *samples, struct sample *sample)
{
	if (samples->left == 0)
		return false;
	const char *line = samples->at, *newline = memchr(line, '\n', samples->left);
	const char *end = newline != NULL ? newline : line + samples->left, *at = line, *value;
	size_t length;

	samples->left -= (size_t)(end - line) + (newline != NULL);
	samples->at = end + (newline != NULL);
	*sample = (struct sample){.name_length = next_word(&at, end, &sample->name)};
	length = next_word(&at, end, &value);
	sample->name = line;
	sample->unit = at;
	sample->unit_length = (size_t)(end - at);
	sample->is_valid = sample->name_length > 0 && sample->unit_length > 0 &&
			   memchr(at, ' ', sample->unit_length) == NULL &&
			   read_value(value, length, &sample->value);
	if (!sample->is_valid)
		sample->name_length = (size_t)(end - line);
	return true;
}
