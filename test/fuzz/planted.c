/* SPDX-License-Identifier: MIT */
/*
 * A target with a fault that fuzzing must find: after four bytes, each reached through the one
 * before it, it has the fault named by PLANTED in the environment. test/long/fuzz.bats checks the
 * result.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *volatile lost;

static void
fail(const char *fault, const uint8_t *data, size_t size)
{
	volatile uint8_t byte = 0;
	volatile int number = INT32_MAX;

	if (strcmp(fault, "overflow") == 0)
		byte = data[size];
	else if (strcmp(fault, "undefined") == 0)
		number = number + data[0];
	else if (strcmp(fault, "abort") == 0)
		abort();
	else if (strcmp(fault, "leak") == 0)
		lost = malloc(100);
	else if (strcmp(fault, "memory") == 0)
		free(lost = malloc((size_t)3 << 30));
	while (strcmp(fault, "hang") == 0)
		byte++;
	lost = NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *fault = getenv("PLANTED");

	if (size >= 4 && data[0] == 'L')
		if (data[1] == 'u')
			if (data[2] == 'l')
				if (data[3] == 'l')
					fail(fault != NULL ? fault : "", data, size);
	return 0;
}
