/* SPDX-License-Identifier: MIT */
/* Prints an answer (answer.h). All functions return 0, or -1 after a message. */
#ifndef BENCH_ANSWER_PRINT_H
#define BENCH_ANSWER_PRINT_H

#include <stdbool.h>

#include "answer/answer.h"

enum answer_form { ANSWER_TEXT, ANSWER_MARKDOWN };

/* Prints the heading, the warnings and the table. */
int answer_print(const struct answer *answer, const struct answer_options *options,
		 enum answer_form form);

/* Prints one JSON object (lull-report(5)). */
int answer_print_json(const struct answer *answer, const struct answer_options *options);

/* Prints a line for each sample of all boots of the study with outcome ok, with a heading. */
int answer_print_csv(struct study *study);

#endif
