/* SPDX-License-Identifier: MIT */
#include "host/memory.h"

#include <err.h>
#include <errno.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int memory_die_status = 3;

void
memory_die(void)
{
	errno = ENOMEM;
	err(memory_die_status, "cannot get memory");
}

static void *
check_memory(void *memory)
{
	if (memory == NULL) {
		errno = ENOMEM;
		err(memory_die_status, "cannot get memory");
	}
	return memory;
}

void *
xcalloc(size_t count, size_t size)
{
	return check_memory(calloc(count > 0 ? count : 1, size));
}

void *
xgrow(void *array, size_t count, size_t size)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	return check_memory(reallocarray(array, count != 0 ? 2 * count : 1, size));
}

char *
xstrdup(const char *string)
{
	return check_memory(strdup(string));
}

char *
xasprintf(const char *format, ...)
{
	va_list arguments;
	char *string;

	va_start(arguments, format);
	int length = vasprintf(&string, format, arguments);
	va_end(arguments);
	return check_memory(length >= 0 ? string : NULL);
}

void *
xtsearch(void **tree, void *key, int (*compare)(const void *, const void *))
{
	return *(void **)check_memory(tsearch(key, tree, compare));
}

void *
xrealloc(void *memory, size_t size)
{
	return check_memory(realloc(memory, size > 0 ? size : 1));
}
