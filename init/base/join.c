/* SPDX-License-Identifier: MIT */
#include "base/join.h"

#include <string.h>

#include "text.h"

const char *
join(const char *const parts[])
{
	static char joined[8 * JOIN_PART_MAX];
	struct text t = text_in(joined, sizeof(joined));

	for (; *parts != NULL; parts++)
		text_bytes(&t, *parts, strnlen(*parts, JOIN_PART_MAX));
	text_char(&t, '\0');
	return joined;
}
