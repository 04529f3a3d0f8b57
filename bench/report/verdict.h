/* SPDX-License-Identifier: MIT */
/* Judges one boot: parses its records, judges its outcome, and fills in the report of both. */
#ifndef BENCH_VERDICT_H
#define BENCH_VERDICT_H

#include "console/outcome.h"
#include "console/result.h"
#include "report/report_json.h"

struct verdict {
	struct result result;
	char reason[OUTCOME_REASON_MAX];
	struct outcome_line lines[OUTCOME_LINES];
};

/*
 * Parses all records of the evidence's console, judges, and fills in what the report has from the
 * guest: outcome, reason, lines, status, result and wire, which point into `v` and the console.
 * Returns 0, or -1 with errno ENOMEM. The caller calls verdict_free() in either case.
 */
int verdict_reach(struct verdict *v, struct evidence *evidence, struct report *report);

void verdict_free(struct verdict *v);

#endif
