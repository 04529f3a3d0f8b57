/* SPDX-License-Identifier: MIT */
/* Any bytes as ELF notes: a build id is inside them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "report/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = 0;
	const unsigned char *id = notes_build_id(data, size, &length);

	if (id != NULL && (id < data || length > size || (size_t)(id - data) > size - length))
		abort();
	return 0;
}
