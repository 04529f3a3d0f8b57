/* SPDX-License-Identifier: MIT */
#include "answer/boots.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/memory.h"
#include "study/numbers_file.h"
#include "study/study_line.h"

static int
list_line(void *context, const char *text, size_t length, bool is_synced, const char **why)
{
	struct boots *boots = context;
	struct study_line line;

	(void)why;
	if (study_line_read(&line, text, length) != 0)
		return is_synced ? -1 : 1;
	size_t cell = cells_find(&boots->study->cells, line.cell);
	if (cell < boots->study->cells.count) {
		boots->at = xgrow(boots->at, boots->count, sizeof(*boots->at));
		struct listed_boot *boot = &boots->at[boots->count++];
		*boot = (struct listed_boot){.number = line.number,
					     .block = line.block,
					     .cell = cell,
					     .is_ok = line.outcome == OUTCOME_OK};
		if (boot->is_ok)
			boot->layout = boots->counted[cell]++ % boots->study->plan.layouts;
		if (line.records != NULL)
			snprintf(boot->records, sizeof(boot->records), "%s", line.records);
		if (line.numbers != NULL)
			snprintf(boot->sha256, sizeof(boot->sha256), "%s", line.numbers);
	}
	study_line_free(&line);
	return 0;
}

int
boots_read(struct boots *boots, const struct study *study)
{
	*boots = (struct boots){.study = study,
				.counted = xcalloc(study->cells.count, sizeof(*boots->counted))};
	return study_read_journal(study, list_line, boots);
}

void
boots_free(struct boots *boots)
{
	free(boots->at);
	free(boots->counted);
}

json_t *
boots_numbers(const struct boots *boots, const struct listed_boot *boot, struct numbers *numbers)
{
	char problem[NUMBERS_PROBLEM_MAX];
	json_t *json = numbers_file_read(boots->study, boot->number, boot->sha256, problem);

	if (json == NULL) {
		warnx("%s: boot %llu: %s", boots->study->path, (unsigned long long)boot->number,
		      problem);
		return NULL;
	}
	if (numbers_read(numbers, json_object_get(json, "series")) == 0 &&
	    json_integer_value(json_object_get(json, "format")) == NUMBERS_FORMAT &&
	    json_integer_value(json_object_get(json, "boot")) == (json_int_t)boot->number &&
	    json_integer_value(json_object_get(json, "block")) == (json_int_t)boot->block &&
	    json_is_string(json_object_get(json, "cell")) &&
	    strcmp(json_string_value(json_object_get(json, "cell")),
		   boots->study->cells.at[boot->cell].name) == 0)
		return json;
	warnx("%s: boot %llu: its numbers are damaged", boots->study->path,
	      (unsigned long long)boot->number);
	numbers_free(numbers);
	json_decref(json);
	return NULL;
}
