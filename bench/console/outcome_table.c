/* SPDX-License-Identifier: MIT */
#include "console/outcome.h"

static const struct {
	const char *name;
	bool is_final;	  /* the command's output is to be believed */
	bool has_verdict; /* and so is how it ended */
} table[] = {
    [OUTCOME_OK] = {"ok", true, true},
    [OUTCOME_FAILED] = {"failed", true, true},
    [OUTCOME_KILLED] = {"killed", true, true},
    [OUTCOME_TIMED_OUT] = {"timed-out", true, true},
    [OUTCOME_NOT_RUN] = {"not-run", true, true},
    [OUTCOME_NOISY] = {"noisy", true, true},
    [OUTCOME_WARNING] = {"warning", true, true},
    [OUTCOME_LOCKUP] = {"soft-lockup", true, false},
    [OUTCOME_OOPS] = {"oops", true, false},
    [OUTCOME_WRONG_KERNEL] = {"wrong-kernel", false, false},
    [OUTCOME_INIT_FAILED] = {"init-failed", false, false},
    [OUTCOME_LOST_DATA] = {"lost-data", false, false},
    [OUTCOME_ENDED] = {"ended", false, false},
    [OUTCOME_RESET] = {"reset", false, false},
    [OUTCOME_HANG] = {"hang", false, false},
    [OUTCOME_FLOODED] = {"flooded", false, false},
    [OUTCOME_PANIC] = {"panic", false, false},
    [OUTCOME_NEVER_BOOTED] = {"never-booted", false, false},
    [OUTCOME_QEMU_FAILED] = {"qemu-failed", false, false},
    [OUTCOME_TARGET_FAILED] = {"target-failed", false, false},
    [OUTCOME_NO_QEMU] = {"no-qemu", false, false},
    [OUTCOME_REFUSED] = {"refused", false, false},
};

const char *
outcome_name(enum outcome outcome)
{
	return table[outcome].name;
}

bool
outcome_is_final(enum outcome outcome)
{
	return table[outcome].is_final;
}

int
outcome_status(enum outcome outcome, const struct result *result)
{
	const struct result_run *run = result_verdict(result);

	if (!table[outcome].has_verdict)
		return STATUS_NO_VERDICT;
	if (run == NULL)
		return 0; /* a person's */
	if (run->exit.timeout)
		return STATUS_TIMED_OUT;
	return run->exit.signal != 0 ? STATUS_SIGNAL + run->exit.signal : run->exit.status;
}
