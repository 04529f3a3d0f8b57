/* SPDX-License-Identifier: MIT */
#include "base/match.h"

#include <stddef.h>

/*
 * Returns whether `c` is in the set at *at, an opening bracket, and advances past it. An unclosed
 * bracket stands for itself.
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

/*
 * Returns whether the pattern's first element, which is not a star, matches `c`, and advances past
 * it.
 */
static bool
match_element(const char **pattern, char c)
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
		if (*name != '\0' && *pattern != '\0' && match_element(&next, *name)) {
			pattern = next;
			name++;
		} else if (star != NULL && *from != '\0') {
			/* Extends the match of the last star by one byte. */
			name = ++from;
			pattern = star;
		} else {
			return false;
		}
	}
}
