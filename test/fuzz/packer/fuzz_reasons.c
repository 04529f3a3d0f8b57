/* SPDX-License-Identifier: MIT */
/* Any bytes as the manifest in an image. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan/reasons.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reasons reasons;
	size_t line = 0, total = 0;

	if (reasons_read(&reasons, (const char *)data, size, &line) != 0) {
		if (line == 0 || line > size)
			abort();
		return 0;
	}
	for (size_t i = 0; i < reasons.count; i++) {
		const struct reasons_line *at = reasons_find(&reasons, reasons.lines[i].path);
		if (at == NULL || strcmp(at->path, reasons.lines[i].path) != 0)
			abort();
		total += strlen(reasons.lines[i].path);
		for (size_t w = 0; w < reasons.lines[i].count; w++)
			total += strlen(reasons.lines[i].whys[w].what) +
				 strlen(reasons.lines[i].whys[w].of);
	}
	if (total > size)
		abort();
	reasons_free(&reasons);
	return 0;
}
