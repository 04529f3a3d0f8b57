/* SPDX-License-Identifier: MIT */
#include "report/verdict.h"

int
verdict_reach(struct verdict *v, struct evidence *evidence, struct report *report)
{
	struct text reason = text_in(v->reason, sizeof(v->reason) - 1);
	struct wire_log *wire = evidence->console->wire;

	v->reason[0] = '\0';
	if (result_read(&v->result, wire) != 0)
		return -1;
	evidence->result = &v->result;
	evidence->verdict = wire_log_verdict(wire);
	report->outcome = outcome_judge(evidence, &reason);
	v->reason[reason.used] = '\0';
	report->reason = v->reason;
	report->lines = v->lines;
	report->line_count = outcome_lines(evidence, report->outcome, v->lines);
	report->status = evidence->refusal != NULL ? evidence->refusal->status
						   : outcome_status(report->outcome, &v->result);
	report->result = &v->result;
	report->wire = wire;
	report->resets = wire_log_counts(wire).resets;
	if (report->resets < evidence->console->other_kernels)
		report->resets = evidence->console->other_kernels;
	return 0;
}

void
verdict_free(struct verdict *v)
{
	result_free(&v->result);
}
