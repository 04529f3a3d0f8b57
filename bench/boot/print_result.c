/* SPDX-License-Identifier: MIT */
#include "boot/print_result.h"

#include <err.h>
#include <string.h>

#include "base/escape.h"
#include "report/numbers.h"
#include "report/report_text.h"
#include "report/store.h"
#include "report/verdict.h"
#include "text.h"

void
print_target_failed(const char *error)
{
	char line[OUTCOME_REASON_MAX];
	struct text t = text_in(line, sizeof(line));

	escape_bytes(&t, error, strlen(error));
	warnx("the target failed: %.*s", (int)t.used, line);
}

int
print_result(struct evidence *evidence, struct report *report, bool json, const char *files)
{
	struct verdict v;
	int failed = 0;

	if (verdict_reach(&v, evidence, report) != 0) {
		warn("cannot read the records");
		verdict_free(&v);
		return STATUS_NO_VERDICT;
	}
	/* Before JSON is printed, so that it has bench's exit status. */
	if (files != NULL && outcome_is_final(report->outcome) &&
	    store_files(&v.result, files) != 0)
		report->status = STATUS_NO_VERDICT;
	if (json) {
		failed = report_json_print(report);
	} else {
		if (outcome_is_final(report->outcome))
			failed = report_text_output(&v.result,
						    numbers_kind(report->exact, report->accel));
		report_text_remarks(&v.result);
	}
	if (files == NULL && v.result.file_count > 0)
		warnx("%zu file%s came back; bench boot --files DIR keeps %s", v.result.file_count,
		      text_plural(v.result.file_count), v.result.file_count == 1 ? "it" : "them");
	if (v.reason[0] != '\0')
		warnx("%s", v.reason);
	report_text_lines(report->outcome, v.reason, v.lines, report->line_count);
	if (outcome_is_final(report->outcome) && evidence->console->panicked &&
	    !evidence->console->panicked_before_end)
		warnx("the kernel panicked at the machine's end, after the results had arrived");
	if (evidence->target_failed && report->outcome != OUTCOME_TARGET_FAILED)
		print_target_failed(evidence->qemu_error);
	verdict_free(&v);
	return failed != 0 ? STATUS_NO_VERDICT : report->status;
}
