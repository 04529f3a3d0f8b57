/* SPDX-License-Identifier: MIT */
#include "bisect/judge.h"

#include <math.h>

static double
spread_of(const double *values, size_t count)
{
	double low = values[0], high = values[0];

	for (size_t i = 1; i < count; i++) {
		low = fmin(low, values[i]);
		high = fmax(high, values[i]);
	}
	return high - low;
}

struct judge_difference
judge_ends_differ(const struct judge_ends *ends, double at_least)
{
	struct judge_difference d = {
	    .low = INFINITY,
	    .high = -INFINITY,
	    .spread = fmax(spread_of(ends->good, ends->count), spread_of(ends->bad, ends->count))};

	for (size_t i = 0; i < ends->count; i++) {
		d.low = fmin(d.low, ends->bad[i] - ends->good[i]);
		d.high = fmax(d.high, ends->bad[i] - ends->good[i]);
	}
	double smallest = fmin(fabs(d.low), fabs(d.high));
	d.is_enough =
	    d.low * d.high > 0 && (at_least > 0 ? smallest >= at_least : smallest > d.spread);
	return d;
}

enum judgement
judge_point(const struct judge_ends *ends, const double *values)
{
	size_t good = 0, bad = 0;

	for (size_t i = 0; i < ends->count; i++) {
		double from_good = fabs(values[i] - ends->good[i]);
		double from_bad = fabs(values[i] - ends->bad[i]);
		good += from_good < from_bad;
		bad += from_bad < from_good;
	}
	return good == ends->count ? JUDGED_GOOD : bad == ends->count ? JUDGED_BAD : JUDGED_BETWEEN;
}
