/* SPDX-License-Identifier: MIT */
/* Any bytes as a line of a journal. */
#include <stdlib.h>
#include <string.h>

#include "study/study_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = malloc(size > 0 ? size : 1);
	struct study_line line;
	double value;

	memcpy(exact, data, size);
	if (study_line_read(&line, exact, size) == 0) {
		if (line.cell == NULL || line.reason == NULL || line.outcome >= OUTCOMES)
			abort();
		study_line_value(&line, "wall_ns", &value);
		study_line_free(&line);
	}
	free(exact);
	return 0;
}
