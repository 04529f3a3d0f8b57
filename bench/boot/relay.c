/* SPDX-License-Identifier: MIT */
#include "boot/relay.h"

#include <string.h>

#include "wire.h"

static const char sentinel[] = WIRE_SENTINEL;

size_t
relay_filter(struct relay *r, const char *in, size_t length, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (r->in_record) {
			r->in_record = in[i] != '\n';
			continue;
		}
		if (in[i] == sentinel[r->matched]) {
			r->matched++;
			r->in_record = sentinel[r->matched] == '\0';
			if (r->in_record)
				r->matched = 0;
			continue;
		}
		/* The sentinel's first character stands in it once only, so nothing else of what was held can begin one. */
		memcpy(out + used, sentinel, r->matched);
		used += r->matched;
		r->matched = in[i] == sentinel[0];
		if (r->matched == 0)
			out[used++] = in[i];
	}
	return used;
}
