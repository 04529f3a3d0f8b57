/* SPDX-License-Identifier: MIT */
#include "outcome.h"

#include <string.h>

#include "escape.h"
#include "trouble.h"

const char *
outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
	    [OUTCOME_OK] = "ok",
	    [OUTCOME_FAILED] = "failed",
	    [OUTCOME_KILLED] = "killed",
	    [OUTCOME_TIMED_OUT] = "timed-out",
	    [OUTCOME_NOT_RUN] = "not-run",
	    [OUTCOME_WARNING] = "warning",
	    [OUTCOME_LOCKUP] = "soft-lockup",
	    [OUTCOME_OOPS] = "oops",
	    [OUTCOME_INIT_FAILED] = "init-failed",
	    [OUTCOME_LOST_DATA] = "lost-data",
	    [OUTCOME_ENDED] = "ended",
	    [OUTCOME_RESET] = "reset",
	    [OUTCOME_HANG] = "hang",
	    [OUTCOME_FLOODED] = "flooded",
	    [OUTCOME_PANIC] = "panic",
	    [OUTCOME_NEVER_BOOTED] = "never-booted",
	    [OUTCOME_QEMU_FAILED] = "qemu-failed",
	    [OUTCOME_TARGET_FAILED] = "target-failed",
	    [OUTCOME_NO_QEMU] = "no-qemu",
	};

	return names[outcome];
}

bool
outcome_is_final(enum outcome outcome)
{
	return outcome <= OUTCOME_OOPS;
}

int
outcome_status(enum outcome outcome, const struct result *result)
{
	const struct result_run *run = result_verdict(result);

	if (outcome > OUTCOME_WARNING)
		return STATUS_NO_VERDICT;
	if (run == NULL)
		return 0; /* a person's */
	if (run->exit.timeout)
		return STATUS_TIMED_OUT;
	return run->exit.signal != 0 ? STATUS_SIGNAL + run->exit.signal : run->exit.status;
}

static enum outcome
tell(struct text *reason, enum outcome outcome, const char *why)
{
	text_string(reason, why);
	return outcome;
}

static enum outcome
tell_guest(struct text *reason, enum outcome outcome, const char *why, const char *bytes, size_t length)
{
	text_string(reason, why);
	escape_bytes(reason, bytes, length);
	return outcome;
}

static void
tell_signal(struct text *reason, int signal)
{
	const char *name = sigabbrev_np(signal);

	text_string(reason, "signal ");
	text_number(reason, (uint64_t)signal);
	if (name != NULL) {
		text_string(reason, " (SIG");
		text_string(reason, name);
		text_char(reason, ')');
	}
}

static enum outcome
judge_exit(const struct result_exit *x, struct text *reason)
{
	if (x->ended != 0) {
		text_string(reason, "the machine was told to end, by ");
		tell_signal(reason, x->ended);
		return tell(reason, OUTCOME_ENDED, ", before the command had ended");
	}
	if (x->error[0] != '\0')
		return tell_guest(reason, OUTCOME_NOT_RUN, "cannot run the command in the guest: ", x->error,
				  strlen(x->error));
	if (x->timeout)
		return tell(reason, OUTCOME_TIMED_OUT, "the command ran out of time and was killed");
	if (x->signal != 0) {
		text_string(reason, "the command was killed by ");
		tell_signal(reason, x->signal);
		return tell(reason, OUTCOME_KILLED, x->core ? ", core dumped" : "");
	}
	return x->status == 0 ? OUTCOME_OK : OUTCOME_FAILED;
}

/* The message that told of it, of a run or of the whole boot. */
static void
tell_trouble(const struct result *r, enum trouble trouble, struct text *reason)
{
	size_t length = 0;
	const char *line = trouble_find(r->klog.data, r->klog.length, trouble, &length);

	for (size_t i = 0; i < r->run_count && line == NULL; i++)
		line = trouble_find(r->runs[i].log.data, r->runs[i].log.length, trouble, &length);
	if (line != NULL) {
		/* Messages in the log begin with their priority. */
		size_t priority = length > 3 && line[0] == '<' && line[2] == '>' ? 3 : 0;
		if (length > CONSOLE_PANIC_MAX)
			length = CONSOLE_PANIC_MAX;
		escape_bytes(reason, line + priority, length - priority);
		return;
	}
	text_string(reason, "the kernel has got the taint ");
	text_number(reason, r->taint);
}

/* How the command ended, unless the kernel was in trouble. */
static enum outcome
judge_run(const struct result *r, const struct result_exit *x, struct text *reason)
{
	static const enum outcome outcomes[] = {
	    [TROUBLE_WARNING] = OUTCOME_WARNING, [TROUBLE_LOCKUP] = OUTCOME_LOCKUP, [TROUBLE_OOPS] = OUTCOME_OOPS};
	enum trouble trouble = trouble_of_taint(r->taint);

	if (trouble == TROUBLE_NONE || x->ended != 0)
		return judge_exit(x, reason);
	tell_trouble(r, trouble, reason);
	return outcomes[trouble];
}

static enum outcome
judge_complete(const struct evidence *e, struct text *reason)
{
	const struct result *r = e->result;

	if (r->malformed > 0)
		return tell(reason, OUTCOME_LOST_DATA, "records came whole but are not what they should be");
	if (r->failed)
		return tell_guest(reason, OUTCOME_INIT_FAILED, "init failed: ", r->fail, strlen(r->fail));
	const struct result_run *run = result_verdict(r);
	if (run != NULL)
		return judge_run(r, &run->exit, reason);
	if (e->interactive)
		return OUTCOME_OK;
	return tell(reason, OUTCOME_ENDED, "the machine ended without having run a command");
}

static enum outcome
tell_lost(const struct evidence *e, struct text *reason)
{
	uint32_t first = 0;
	uint32_t missing = wire_log_missing(e->console->wire, &first);

	if (e->verdict == WIRE_CORRUPT)
		return tell(reason, OUTCOME_LOST_DATA,
			    "results are lost: records contradict each other or their SHA-256");
	text_string(reason, "results are lost: ");
	if (missing > 0) {
		text_number(reason, missing);
		text_string(reason, " of ");
		text_number(reason, wire_log_bound(e->console->wire));
		text_string(reason,
			    missing == 1 ? " records is missing, number " : " records are missing, the first number ");
		text_number(reason, first);
		return OUTCOME_LOST_DATA;
	}
	return tell(reason, OUTCOME_LOST_DATA, "the records have no end");
}

static enum outcome
judge_silence(const struct evidence *e, struct text *reason)
{
	static const char *const where[] = {
	    [STAGE_SILENT] = "the kernel never spoke",
	    [STAGE_KERNEL] = "hang: the kernel spoke, but init did not",
	    [STAGE_INIT] = "hang: init spoke, but the command did not start",
	    [STAGE_RUN] = "hang: the command was started, and then nothing came, not even at its time-out",
	    [STAGE_RESULTS] = "hang: results came, but their end did not",
	    [STAGE_END] = "",
	};

	text_string(reason, where[e->console->stage]);
	text_string(reason, " (waited ");
	text_number(reason, e->limit_s);
	text_string(reason, " s)");
	if (e->console->trouble_length > 0) {
		text_string(reason, "; on the console is: ");
		escape_bytes(reason, e->console->trouble, e->console->trouble_length);
	}
	return e->console->stage == STAGE_SILENT ? OUTCOME_NEVER_BOOTED : OUTCOME_HANG;
}

/* A log of a machine that nobody saw, or that its person ended. */
static enum outcome
judge_log(const struct evidence *e, struct text *reason)
{
	if (e->end == MACHINE_ESCAPED)
		return e->interactive ? OUTCOME_OK : tell(reason, OUTCOME_ENDED, "the machine was ended by hand");
	if (e->console->stage == STAGE_SILENT)
		return tell(reason, OUTCOME_LOST_DATA, "no record and no kernel message in the log");
	if (e->console->stage == STAGE_KERNEL)
		return tell(reason, OUTCOME_LOST_DATA, "no record in the log, only kernel messages");
	return tell_lost(e, reason);
}

static enum outcome
judge_incomplete(const struct evidence *e, struct text *reason)
{
	const struct console *c = e->console;

	if (c->panicked && c->panicked_before_end)
		return tell_guest(reason, OUTCOME_PANIC, "", c->panic, c->panic_length);
	if (wire_log_counts(c->wire).resets > 0)
		return tell(reason, OUTCOME_RESET, "the machine started anew before the results were there");
	if (e->verdict == WIRE_CORRUPT || c->stage == STAGE_END)
		return tell_lost(e, reason);
	if (e->result->failed)
		return tell_guest(reason, OUTCOME_INIT_FAILED, "init failed: ", e->result->fail,
				  strlen(e->result->fail));
	switch (e->end) {
	case MACHINE_RESET:
		if (c->stage == STAGE_SILENT)
			return tell(reason, OUTCOME_NEVER_BOOTED,
				    "the machine reset itself, and the kernel never spoke");
		return tell(reason, OUTCOME_RESET, "the machine reset itself before the results were there");
	case MACHINE_SILENT:
		return judge_silence(e, reason);
	case MACHINE_FLOODED:
		return tell(reason, OUTCOME_FLOODED,
			    "the console was flooded: more came than the bytes that a boot may write");
	case MACHINE_POWERED_OFF:
		if (c->stage == STAGE_SILENT)
			return tell(reason, OUTCOME_NEVER_BOOTED, "the machine ended, and the kernel never spoke");
		if (c->stage == STAGE_RESULTS)
			return tell_lost(e, reason);
		return tell(reason, OUTCOME_ENDED, "the machine powered off without a verdict");
	default:
		return judge_log(e, reason);
	}
}

enum outcome
outcome_judge(const struct evidence *e, struct text *reason)
{
	if (e->end == MACHINE_MISSING)
		return tell(reason, OUTCOME_NO_QEMU,
			    "cannot find qemu-system-x86_64: install Debian's package qemu-system-x86");
	if (e->end == MACHINE_NOT_STARTED)
		return tell(reason, OUTCOME_NEVER_BOOTED,
			    "the kernel's file is no Linux kernel: neither bzImage nor ELF");
	/* With a person at the console everything comes behind the end of the records. */
	if (e->interactive && e->console->panicked)
		return tell_guest(reason, OUTCOME_PANIC, "", e->console->panic, e->console->panic_length);
	if (e->verdict == WIRE_COMPLETE)
		return judge_complete(e, reason);
	const char *error =
	    e->qemu_error != NULL && e->qemu_error[0] != '\0' ? e->qemu_error : "it ended early and said nothing";
	if (e->end == MACHINE_FAILED)
		return tell_guest(reason, OUTCOME_QEMU_FAILED, "QEMU failed: ", error, strlen(error));
	if (e->end == MACHINE_TARGET_FAILED)
		return tell_guest(reason, OUTCOME_TARGET_FAILED, "the target failed: ", error, strlen(error));
	return judge_incomplete(e, reason);
}
