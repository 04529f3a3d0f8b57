/* SPDX-License-Identifier: MIT */
/* Any bytes as an unpacked kernel: a build id has an even number of digits and comes from a note.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "boot/kernel_build_id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[KERNEL_BUILD_ID];
	bool found = kernel_build_id(data, size, id);
	size_t digits = strspn(id, "0123456789abcdef");

	if (id[digits] != '\0' || digits % 2 != 0 || found != (digits > 0) ||
	    (found && memmem(data, size, "GNU", 4) == NULL))
		abort();
	return 0;
}
