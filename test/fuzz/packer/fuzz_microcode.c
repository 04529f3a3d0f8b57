/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as microcode of both vendors, in memory of the exact size. Valid microcode is still
 * valid if it is repeated.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "image/early.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *twice = malloc(2 * size + 1);

	if (twice == NULL)
		return 0;
	memcpy(twice, data, size);
	memcpy(twice + size, data, size);
	for (int maker = 0; maker < MICROCODE_MAKERS; maker++) {
		const char *problem = microcode_problem(maker, data, size);
		if (problem == NULL && size > 0 &&
		    (microcode_maker(data, size) != (enum microcode_maker)maker ||
		     microcode_problem(maker, twice, 2 * size) != NULL))
			abort();
	}
	free(twice);
	return 0;
}
