/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <stddef.h>
#include <string.h>

enum { LONGEST = 64, FAR = 3 };

/*
 * Computes the matrix of distances between prefixes of `a` and of `b`, which has at most LONGEST
 * bytes, row by row.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], length = strlen(b);

	for (size_t i = 0; i <= length; i++)
		row[i] = i;
	for (; *a != '\0'; a++) {
		size_t diagonal = row[0]++;
		for (size_t i = 1; i <= length; i++) {
			size_t least = diagonal + (*a != b[i - 1]);
			diagonal = row[i];
			if (row[i] + 1 < least)
				least = row[i] + 1;
			if (row[i - 1] + 1 < least)
				least = row[i - 1] + 1;
			row[i] = least;
		}
	}
	return row[length];
}

const char *
nearest_word(const char *word, const char *const *known)
{
	const char *nearest = NULL;
	size_t least = FAR;

	for (; *known != NULL; known++) {
		size_t length = strlen(*known);
		if (length > LONGEST || strlen(word) > length + FAR)
			continue;
		size_t away = distance(word, *known);
		if (away < least && away < length) {
			least = away;
			nearest = *known;
		}
	}
	return nearest;
}
