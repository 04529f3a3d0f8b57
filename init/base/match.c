/* SPDX-License-Identifier: MIT */
#include "base/match.h"

#include <stddef.h>

/*
 * Whether `c` is in the set at *at, which is an opening bracket; moves behind it. A bracket that is
 * not closed stands for itself.
 */
static bool
in_set(const char **at, unsigned char c)
{
	const char *p = *at + 1;
	bool negated = *p == '!' || *p == '^', is = false;
	const char *first = p += negated;

	for (; *p != '\0' && (*p != ']' || p == first); p++) {
		unsigned char low = (unsigned char)*p, high = low;
		if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
			high = (unsigned char)p[2];
			p += 2;
		}
		is |= low <= c && c <= high;
	}
	if (*p == '\0') {
		*at += 1;
		return c == '[';
	}
	*at = p + 1;
	return is != negated;
}

/* Whether the pattern's first thing, which is not a star, takes `c`; moves behind it. */
static bool
takes(const char **pattern, char c)
{
	const char *p = *pattern;

	if (*p == '[')
		return in_set(pattern, (unsigned char)c);
	*pattern = p + 1;
	if (*p == '?')
		return true;
	if (*p == '\\' && p[1] != '\0')
		*pattern = ++p + 1;
	return *p == c;
}

bool
match_name(const char *pattern, const char *name)
{
	const char *star = NULL, *from = NULL;

	if (name[0] == '.' && pattern[0] != '.' && !(pattern[0] == '\\' && pattern[1] == '.'))
		return false;
	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			from = name;
			continue;
		}
		if (*name == '\0' && *pattern == '\0')
			return true;
		const char *next = pattern;
		if (*name != '\0' && *pattern != '\0' && takes(&next, *name)) {
			pattern = next;
			name++;
		} else if (star != NULL && *from != '\0') {
			/* The last star takes one byte more. */
			name = ++from;
			pattern = star;
		} else {
			return false;
		}
	}
}
