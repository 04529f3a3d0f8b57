/* SPDX-License-Identifier: MIT */
/* What the guest has told, as JSON. */
#ifndef BENCH_REPORT_JSON_RESULT_H
#define BENCH_REPORT_JSON_RESULT_H

#include <stdbool.h>

struct object;
struct result;

/*
 * Adds it all; outputs, files and statuses only where there is a verdict, as they may be cut anywhere else. What a run
 * has is told right in the object, of the run that the verdict is about; where there are several, "runs" has them all.
 */
void report_json_result(struct object *o, const struct result *r, bool is_final);

#endif
