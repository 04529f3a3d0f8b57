/* SPDX-License-Identifier: MIT */
#include "elf/loader.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

/* Returns the length, with its NUL, of the string at `at` if it is a library directory, else 0. */
static size_t
directory_at(const char *at, const char *end)
{
	const char *nul = memchr(at, '\0', (size_t)(end - at));
	size_t length = nul != NULL ? (size_t)(nul - at) : 0;

	if (length < 5 || length >= PATH_MAX || at[0] != '/' || nul[-1] != '/' ||
	    strstr(at, "/lib") == NULL)
		return 0;
	for (const char *c = at; c < nul; c++)
		if (*c <= ' ' || *c > '~' || *c == ':' || *c == '%')
			return 0;
	return length + 1;
}

/* Finds the longest sequence of directories. Returns their number. */
static size_t
find_directories(const void *data, size_t size, const char **first)
{
	const char *begin = data, *end = begin + size, *at = begin, *slash;
	size_t best = 0;

	/* memchr(3) for one byte is many times faster than memmem(3) for two. */
	while (at < end && (slash = memchr(at, '/', (size_t)(end - at))) != NULL) {
		const char *start = slash;
		if (slash + 1 == end || slash[1] != '\0') {
			at = slash + 1;
			continue;
		}
		while (start > begin && start[-1] != '\0' && slash - start < PATH_MAX)
			start--;
		at = slash + 2;
		size_t count = 0, length;
		for (const char *next = start; next < end && (length = directory_at(next, end)) > 0;
		     next += length) {
			count++;
			at = next + length;
		}
		if (count > best && best < LOADER_DIRECTORIES) {
			best = count < LOADER_DIRECTORIES ? count : LOADER_DIRECTORIES;
			*first = start;
		}
	}
	return best;
}

static bool
has_text(const void *data, size_t size, const char *text)
{
	return memmem(data, size, text, strlen(text)) != NULL;
}

/*
 * Since 2.33, `ld.so --help` describes both kinds of subdirectories, the legacy kind while it is
 * supported.
 */
void
loader_read(struct loader *loader, const void *data, size_t size)
{
	*loader = (struct loader){.count = 0};
	loader->count = find_directories(data, size, &loader->first);
	loader->legacy =
	    loader->count > 0 && (!has_text(data, size, "Subdirectories of glibc-hwcaps") ||
				  has_text(data, size, "Legacy HWCAP subdirectories"));
}
