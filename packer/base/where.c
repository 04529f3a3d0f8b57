/* SPDX-License-Identifier: MIT */
#include "base/where.h"

#include <errno.h>
#include <stddef.h>

void
where_set(const char *line)
{
	static char *program; /* of the process as a whole, as its name is */

	if (program == NULL)
		program = program_invocation_short_name;
	program_invocation_short_name = line != NULL ? (char *)line : program;
}
