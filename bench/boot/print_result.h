/* SPDX-License-Identifier: MIT */
/* Prints the result of a boot for a person. */
#ifndef BENCH_PRINT_RESULT_H
#define BENCH_PRINT_RESULT_H

#include <stdbool.h>

#include "console/outcome.h"
#include "report/report_json.h"

/*
 * Prints the result: the outputs or one JSON object on stdout, the rest on stderr. Stores collected
 * files in the folder `files` unless it is NULL. Returns bench's exit status. Afterwards the
 * report's pointers to the guest's data are invalid.
 */
int print_result(struct evidence *evidence, struct report *report, bool json, const char *files);

/*
 * Prints a failure of a laboratory's target that is not the outcome's reason: a person may have to
 * cut the power by hand.
 */
void print_target_failed(const char *error);

#endif
