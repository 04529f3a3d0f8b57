/* SPDX-License-Identifier: MIT */
/* Kernel command lines of any bytes; a command that was read is written and read again and stays the same. */
#include <stdlib.h>
#include <string.h>

#include "experiment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char problem[128];
	struct text told = text_in(problem, sizeof(problem)), again = text_in(problem, sizeof(problem));
	struct experiment first = experiment_default(), second = experiment_default();

	if (experiment_read(&first, (const char *)data, size, &told) == 0 && first.run != NULL) {
		char *line = malloc(20 * size + 64);
		struct text t = text_in(line, 20 * size + 64);

		experiment_write_run(&t, first.run);
		if (t.full || experiment_read(&second, t.data, t.used, &again) != 0)
			abort();
		for (size_t i = 0; first.run[i] != NULL || second.run[i] != NULL; i++)
			if (first.run[i] == NULL || second.run[i] == NULL || strcmp(first.run[i], second.run[i]) != 0)
				abort();
		free(line);
	}
	experiment_free(&first);
	experiment_free(&second);
	return 0;
}
