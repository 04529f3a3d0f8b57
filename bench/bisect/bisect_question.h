/* SPDX-License-Identifier: MIT */
#ifndef BENCH_BISECT_QUESTION_H
#define BENCH_BISECT_QUESTION_H

#include "bisect/bisection.h"

/*
 * Returns a text with everything that the values of a bisection depend on; it has the SHA-256 of
 * files. To be freed; NULL after a message.
 */
char *bisect_question(const struct bisect_options *options);

#endif
