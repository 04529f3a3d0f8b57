/* SPDX-License-Identifier: MIT */
#include "statistics/measure.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *unit;
	double seconds;
} times[] = {{"ns", 1e-9},   {"us", 1e-6},   {"\302\265s", 1e-6}, {"ms", 1e-3}, {"s", 1},
	     {"sec", 1},     {"seconds", 1}, {"min", 60},	  {"h", 3600},	{"ps", 1e-12},
	     {"nsec", 1e-9}, {"usec", 1e-6}, {"msec", 1e-3}};

static const char *const lower[] = {"instructions", "cycles", "bytes", "byte", "B",   "kB",
				    "KiB",	    "MB",     "MiB",   "GB",   "GiB", "faults"};

double
measure_seconds(const char *unit)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (strcmp(unit, times[i].unit) == 0)
			return times[i].seconds;
	return 0;
}

bool
measure_is_rate(const char *unit)
{
	size_t length = strlen(unit);

	return (length > 2 && strcmp(unit + length - 2, "/s") == 0) ||
	       (length > 4 && strcmp(unit + length - 4, "/sec") == 0);
}

enum direction
measure_direction(const char *unit)
{
	if (measure_seconds(unit) > 0)
		return DIRECTION_LOWER;
	for (size_t i = 0; i < sizeof(lower) / sizeof(*lower); i++)
		if (strcmp(unit, lower[i]) == 0)
			return DIRECTION_LOWER;
	return measure_is_rate(unit) ? DIRECTION_HIGHER : DIRECTION_NONE;
}
