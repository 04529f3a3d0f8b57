/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a kernel command line; a parsed command is unchanged after it is written and parsed
 * again.
 */
#include <stdlib.h>
#include <string.h>

#include "experiment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char problem[128];
	struct text reported = text_in(problem, sizeof(problem)),
		    again = text_in(problem, sizeof(problem));
	struct experiment first = experiment_default(), second = experiment_default();

	if (experiment_read_line(&first, LAYER_COMMAND_LINE, (const char *)data, size, &reported) ==
		0 &&
	    first.run.count > 0) {
		char *line = malloc(20 * size + 64);
		struct text t = text_in(line, 20 * size + 64);

		experiment_write_run(&t, first.run.values[0]);
		if (t.full ||
		    experiment_read_line(&second, LAYER_COMMAND_LINE, t.data, t.used, &again) != 0)
			abort();
		char **a = first.run.values[0], **b = second.run.values[0];
		for (size_t i = 0; a[i] != NULL || b[i] != NULL; i++)
			if (a[i] == NULL || b[i] == NULL || strcmp(a[i], b[i]) != 0)
				abort();
		free(line);
	}
	experiment_free(&first);
	experiment_free(&second);
	return 0;
}
