/* SPDX-License-Identifier: MIT */
/*
 * The judgement of one boot, whoever wanted it: records read, outcome told, and the report that is
 * made of both.
 */
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
 * Reads all records of the evidence's console, judges, and fills in of the report what the guest
 * has told: outcome, reason, lines, status, result and wire; they point into `v` and the console.
 * Returns 0, or -1 with errno ENOMEM. verdict_free() is due either way.
 */
int verdict_reach(struct verdict *v, struct evidence *evidence, struct report *report);

void verdict_free(struct verdict *v);

#endif
