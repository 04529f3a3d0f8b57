/* SPDX-License-Identifier: MIT */
#ifndef BENCH_BISECT_QUESTION_H
#define BENCH_BISECT_QUESTION_H

#include "bisect/bisection.h"

/*
 * All that the values of a bisection depend on, as text: files with the SHA-256 of their contents.
 * To be freed; NULL after a message.
 */
char *bisect_question(const struct bisect_options *options);

#endif
