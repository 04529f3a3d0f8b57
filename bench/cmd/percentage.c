/* SPDX-License-Identifier: MIT */
#include "cmd/percentage.h"

#include <err.h>
#include <stdlib.h>

int
percentage_read(double *fraction, const char *option, const char *text, bool may_be_zero)
{
	char *end;
	double percent = strtod(text, &end);

	end += *end == '%';
	*fraction = percent / 100;
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && percent <= 100 &&
	    (percent > 0 || may_be_zero))
		return 0;
	warnx("%s %s: must be a percentage %s, at most 100", option, text,
	      may_be_zero ? "from 0" : "above 0");
	return -1;
}
