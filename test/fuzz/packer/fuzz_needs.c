/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a table of needs and, after the first NUL, as a configuration: if the missing
 * options of a row are set, nothing is missing.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel_config.h"
#include "kernel/needs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Splits "CONFIG_A=y and CONFIG_B=y or CONFIG_C=y" into lines. */
static void
split(char *lacking)
{
	for (char *at = lacking; (at = strchr(at, ' ')) != NULL;) {
		*at = '\n';
		at = strchr(at, ' ');
		*at++ = '\n';
	}
}

static void
try_row(struct needs *needs, const struct needs_row *row, const struct kernel_config *config)
{
	bool are_modules;

	if (needs_find(needs, row->kind, row->name) == NULL)
		abort();
	needs_judge(needs, config);
	char *lacking = needs_lacking(needs, row, &are_modules), *more = lacking;
	if (lacking == NULL)
		return;
	split(lacking);
	/* Appended, since the last line for an option counts. */
	char *both = malloc(config->size + 1 + strlen(lacking));
	if (both == NULL)
		return;
	if (config->size > 0)
		memcpy(both, config->text, config->size);
	both[config->size] = '\n';
	memcpy(both + config->size + 1, lacking, strlen(lacking));
	const struct kernel_config whole = {both, config->size + 1 + strlen(lacking)};
	needs_judge(needs, &whole);
	if ((more = needs_lacking(needs, row, &are_modules)) != NULL)
		abort();
	free(both);
	free(lacking);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\0', size);
	size_t length = end != NULL ? (size_t)(end - data) : size;
	const struct kernel_config config = {(const char *)data + length, size - length};
	struct needs needs;
	size_t line;

	if (needs_read(&needs, (const char *)data, length, &line) != 0) {
		if (line == 0 || line > length + 1)
			abort();
		return 0;
	}
	for (size_t i = 0; i < needs.count; i++)
		try_row(&needs, &needs.rows[i], &config);
	needs_free(&needs);
	return 0;
}
