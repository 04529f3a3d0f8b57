/* SPDX-License-Identifier: MIT */
/* Any bytes as a list of modules: parsed lines can be written and parsed again without change. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "module_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct module_line *line)
{
	static char bytes[3 * (PATH_MAX + MODULE_OPTIONS_MAX) + 128];
	static struct module_line again;
	struct text t = text_in(bytes, sizeof(bytes));
	struct module_list list;

	module_list_start(&t, "x");
	if (line->is_built)
		module_list_add_built(&t, line->path);
	else
		module_list_add(&t, line->need, line->path, line->options);
	if (t.full || module_list_read(&list, bytes, t.used) != 0 ||
	    module_list_next(&list, &again) != 1 || again.need != line->need ||
	    again.is_built != line->is_built || strcmp(again.path, line->path) != 0 ||
	    strcmp(again.options, line->options) != 0 || module_list_next(&list, &again) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct module_line line;
	char *exact = malloc(size > 0 ? size : 1);
	struct module_list list;

	if (exact == NULL)
		return 0;
	memcpy(exact, data, size);
	if (module_list_read(&list, exact, size) == 0)
		while (module_list_next(&list, &line) > 0)
			check(&line);
	free(exact);
	return 0;
}
