/* SPDX-License-Identifier: MIT */
/* The end of a boot that a person asked for. */
#ifndef BENCH_PRINT_RESULT_H
#define BENCH_PRINT_RESULT_H

#include <stdbool.h>

#include "console/outcome.h"
#include "report/report_json.h"

/*
 * Prints the outcome: the outputs or one JSON object on stdout, the rest on stderr,
 * and collected files into the folder `files`, if it is not NULL. Returns bench's exit status. The
 * report's pointers to what the guest sent are invalid afterwards.
 */
int print_result(struct evidence *evidence, struct report *report, bool json, const char *files);

/*
 * Tells what failed in a laboratory, where it is not the outcome's reason: who has to cut the power
 * by hand must know.
 */
void print_target_failed(const char *error);

#endif
