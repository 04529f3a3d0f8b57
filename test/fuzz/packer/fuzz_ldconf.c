/* SPDX-License-Identifier: MIT */
/* Any bytes as ld.so.conf. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/ldcache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), out[PATH_MAX];
	bool is_include;

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	const char *at = text, *last = text;
	while (ldconf_next(&at, out, &is_include)) {
		if (at <= last || at > text + size || strchr(out, '\n') != NULL ||
		    (!is_include && out[0] != '/'))
			abort();
		last = at;
	}
	free(text);
	return 0;
}
