/* SPDX-License-Identifier: MIT */
/* Any bytes as a plan, and the cells of valid plans. */
#include <stdlib.h>
#include <string.h>

#include "study/cells.h"
#include "study/study_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char problem[PLAN_PROBLEM_MAX], *exact = malloc(size > 0 ? size : 1);
	struct text reported = text_in(problem, sizeof(problem));
	struct study_plan p;
	struct cells cells = {NULL, 0, NULL};

	memcpy(exact, data, size);
	int result = study_plan_read(&p, "PLAN", exact, size, &reported);
	if ((result != 0) != (reported.used > 0 || reported.full))
		abort();
	if (result == 0 && cells_make(&cells, &p, &reported) == 0)
		for (size_t i = 0; i < cells.count; i++)
			if (cells_find(&cells, cells.at[i].name) != i)
				abort();
	cells_free(&cells);
	study_plan_free(&p);
	free(exact);
	return 0;
}
