/* SPDX-License-Identifier: MIT */
#include "statistics/moments.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void
moments_add(struct moments *m, double number)
{
	double before = m->mean;

	m->count++;
	m->mean += (number - before) / (double)m->count;
	m->squares += (number - before) * (number - m->mean);
}

double
moments_deviation(const struct moments *m)
{
	return m->count > 1 ? sqrt(m->squares / (double)(m->count - 1)) : NAN;
}

double
moments_half_width(const struct moments *m, double alpha)
{
	double n = (double)m->count;

	return m->count > 1 ? gsl_cdf_tdist_Qinv(alpha / 2, n - 1) * moments_deviation(m) / sqrt(n)
			    : INFINITY;
}
