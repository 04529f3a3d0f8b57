/* SPDX-License-Identifier: MIT */
#include "input/experiment_place.h"

#include <stdlib.h>
#include <string.h>

#include "base/where.h"
#include "host/memory.h"
#include "words.h"

static char *
find(const char *file, const char *text, const char *key, size_t which)
{
	size_t number = 1, length = strlen(key);

	for (;;) {
		size_t comment, used = words_line(text, &comment);
		const char *start = text + strspn(text, " \t\r");
		if (strncmp(start, key, length) == 0 && strchr(" \t", start[length]) != NULL && which-- == 0)
			return memory_format("%s:%zu", file, number);
		for (size_t i = 0; i < used; i++)
			number += text[i] == '\n';
		if (text[used] == '\0')
			return memory_copy(file);
		text += used + 1;
		number++;
	}
}

char *
experiment_enter(const char *file, const char *text, const char *key, size_t which)
{
	char *place = find(file, text, key, which);

	where_set(place);
	return place;
}

void
experiment_leave(char *place)
{
	where_set(NULL);
	free(place);
}
