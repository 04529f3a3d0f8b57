/* SPDX-License-Identifier: MIT */
/* The series of a boot's numbers, as JSON from a study's folder or as samples from a guest. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "report/numbers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Uses all that was read. */
static void
use(const struct numbers *numbers)
{
	struct gathered all = {.count = 0};

	for (size_t i = 0; i < numbers->measure_count; i++) {
		if (numbers_gather(numbers, i, &all) != 0)
			abort();
		if (all.count > 0)
			boot_statistic((struct boot_statistic){STATISTIC_MEDIAN, 0}, all.values,
				       all.count);
	}
	free(all.values);
}

static void
read_file(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, JSON_ALLOW_NUL, NULL);
	struct numbers numbers;

	if (numbers_read(&numbers, json) == 0)
		use(&numbers);
	numbers_free(&numbers);
	json_decref(json);
}

/* What was collected must be read again as it was. */
static void
collect(const uint8_t *data, size_t size)
{
	struct result_run runs[2] = {{.number = 1, .command = 1, .exit.known = true},
				     {.number = 2, .command = 1, .exit.known = true}};
	const struct result result = {.runs = runs, .run_count = 2};
	struct numbers numbers, again;

	runs[0].streams[STREAM_RESULTS] = (struct bytes){(char *)data, size / 2, 0};
	runs[1].streams[STREAM_RESULTS] =
	    (struct bytes){(char *)data + size / 2, size - size / 2, 0};
	if (numbers_collect(&numbers, &result) != 0)
		abort();
	if (numbers.problem[0] == '\0') {
		use(&numbers);
		json_t *json = numbers_json(&numbers);
		if (json == NULL || numbers_read(&again, json) != 0 ||
		    again.count != numbers.count || again.measure_count != numbers.measure_count)
			abort();
		numbers_free(&again);
		json_decref(json);
	}
	numbers_free(&numbers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_file(data, size);
	collect(data, size);
	return 0;
}
