/* SPDX-License-Identifier: MIT */
#include "console/outcome.h"

#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "console/kernel_text.h"

/*
 * Finds the first measured run that exceeds a limit, and the figure. A figure that is missing in
 * the exit record does not exceed it. Returns false if no run does.
 */
static bool
noise_find(struct noise *noise, const struct result *r, const struct noise_limits *limits)
{
	for (size_t i = 0; i < r->run_count; i++) {
		const struct result_exit *x = &r->runs[i].exit;
		for (int figure = 0; figure < FIGURES && !r->runs[i].warmup; figure++)
			if (limits->has[figure] && x->has[figure] &&
			    x->figures[figure] > limits->max[figure]) {
				*noise = (struct noise){&r->runs[i], (enum result_figure)figure,
							limits->max[figure]};
				return true;
			}
	}
	return false;
}

enum { TROUBLE_WITH_LAST = 3, LAST_OF_RUN = 3 };

struct chosen {
	struct outcome_line *lines;
	size_t count;
};

static void
choose_line(struct chosen *chosen, const char *line, size_t length)
{
	if (chosen->count < OUTCOME_LINES)
		chosen->lines[chosen->count++] = (struct outcome_line){
		    line, length < EXCERPT_LINE_MAX ? length : EXCERPT_LINE_MAX};
}

static void
choose_lines(struct chosen *chosen, const struct excerpt_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].number != 0)
			choose_line(chosen, lines[i].bytes, lines[i].length);
}

/* Adds the first lines of trouble, and then as many of the last lines as fit. */
static void
choose_last(struct chosen *chosen, const struct excerpt *w,
	    const struct excerpt_line ring[EXCERPT_LAST], bool is_back)
{
	size_t reserved =
	    w->trouble_count < TROUBLE_WITH_LAST ? w->trouble_count : TROUBLE_WITH_LAST;
	uint64_t newest = 0;

	/*
	 * If the machine is back in its own system, the last lines are of that system's boot
	 * loader: skip them.
	 */
	for (size_t i = 0; i < EXCERPT_LAST; i++)
		if (ring[i].number > newest &&
		    (!is_back || kernel_text_is(ring[i].bytes, ring[i].length)))
			newest = ring[i].number;
	/* Lines of trouble that are among the last lines are not added twice. */
	uint64_t room = OUTCOME_LINES - reserved, from = newest >= room ? newest - room + 1 : 1;
	for (size_t i = 0; i < reserved; i++)
		if (w->trouble[i].number < from)
			choose_lines(chosen, &w->trouble[i], 1);
	for (uint64_t number = from; number <= newest; number++)
		if (ring[number % EXCERPT_LAST].number == number)
			choose_lines(chosen, &ring[number % EXCERPT_LAST], 1);
}

/* Parses the next message of a log, and whether the kernel wrote it. Returns false at the end. */
static bool
next_message(struct bytes *log, struct outcome_line *message, bool *is_own)
{
	const char *rest = log->data;
	const char *line = kernel_text_next(&rest, &log->length, &message->length);

	if (line == NULL)
		return false;
	log->data = (char *)rest;
	*is_own = kernel_text_facility(line, message->length) <= 0;
	message->data = kernel_text_message(line, &message->length);
	return true;
}

/* Adds the messages that report trouble of this severity or worse, and its place in the code. */
static void
choose_from_log(struct chosen *chosen, struct bytes log, enum trouble least)
{
	struct outcome_line message;
	bool expects_where = false, is_own;

	while (next_message(&log, &message, &is_own)) {
		bool is_trouble = is_own && trouble_of_line(message.data, message.length) >= least;
		if (!is_trouble &&
		    !(expects_where && trouble_tells_where(message.data, message.length)))
			continue;
		choose_line(chosen, message.data, message.length);
		expects_where = is_trouble;
	}
}

/*
 * Prefer the log of the whole boot, if it came: the console shows only messages that its log level
 * allows.
 */
static void
choose_trouble(struct chosen *chosen, const struct evidence *e, enum trouble least)
{
	const struct result *r = e->result;
	const struct excerpt *w = &e->console->excerpt;

	choose_from_log(chosen, r->klog, least);
	for (size_t i = 0; i < r->run_count && r->klog.length == 0; i++)
		choose_from_log(chosen, r->runs[i].log, least);
	for (size_t i = 0, none = chosen->count == 0; i < w->trouble_count && none; i++)
		if (w->trouble[i].trouble >= least)
			choose_lines(chosen, &w->trouble[i], 1);
}

/* Adds the trouble that the kernel reported during the run, else its last messages. */
static void
choose_from_run(struct chosen *chosen, const struct result_run *run)
{
	struct outcome_line last[LAST_OF_RUN], message;
	struct bytes log = run != NULL ? run->log : (struct bytes){0};
	size_t count = 0;
	bool is_own;

	choose_from_log(chosen, log, TROUBLE_WARNING);
	for (; chosen->count == 0 && next_message(&log, &message, &is_own); count++)
		last[count % LAST_OF_RUN] = message;
	for (size_t i = count > LAST_OF_RUN ? count - LAST_OF_RUN : 0; i < count; i++)
		choose_line(chosen, last[i % LAST_OF_RUN].data, last[i % LAST_OF_RUN].length);
}

size_t
outcome_lines(const struct evidence *e, enum outcome outcome,
	      struct outcome_line lines[OUTCOME_LINES])
{
	const struct excerpt *w = &e->console->excerpt;
	struct chosen chosen = {lines, 0};

	switch (outcome) {
	case OUTCOME_PANIC:
		choose_lines(&chosen, w->trouble, w->trouble_count);
		choose_lines(&chosen, &w->panic, 1);
		break;
	case OUTCOME_OOPS:
		choose_trouble(&chosen, e, TROUBLE_OOPS);
		break;
	case OUTCOME_LOCKUP:
		choose_trouble(&chosen, e, TROUBLE_LOCKUP);
		break;
	case OUTCOME_WARNING:
		choose_trouble(&chosen, e, TROUBLE_WARNING);
		break;
	case OUTCOME_KILLED:
	case OUTCOME_TIMED_OUT:
		choose_from_run(&chosen, result_verdict(e->result));
		break;
	case OUTCOME_WRONG_KERNEL:
		choose_lines(&chosen, &w->version, 1);
		break;
	case OUTCOME_LOST_DATA:
		choose_lines(&chosen, w->broken, w->broken_count);
		if (w->broken_count == 0)
			choose_last(&chosen, w, w->last, false);
		break;
	case OUTCOME_ENDED:
	case OUTCOME_RESET:
	case OUTCOME_HANG:
	case OUTCOME_NEVER_BOOTED:
		choose_last(&chosen, w,
			    outcome == OUTCOME_RESET && w->restarted ? w->before : w->last,
			    e->end == MACHINE_RETURNED);
		break;
	default:
		break;
	}
	return chosen.count;
}

static const struct {
	const char *name;
	bool is_final;	  /* the command's output is reliable */
	bool has_verdict; /* so is the way it ended */
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
		return 0; /* a person was at the console */
	if (run->exit.timeout)
		return STATUS_TIMED_OUT;
	return run->exit.signal != 0 ? STATUS_SIGNAL + run->exit.signal : run->exit.status;
}

static enum outcome
set_reason(struct text *reason, enum outcome outcome, const char *why)
{
	text_string(reason, why);
	return outcome;
}

static enum outcome
set_guest_reason(struct text *reason, enum outcome outcome, const char *why, const char *bytes,
		 size_t length)
{
	text_string(reason, why);
	escape_bytes(reason, bytes, length);
	return outcome;
}

static void
append_signal(struct text *reason, int signal)
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
		text_string(reason, "the machine was asked to end by ");
		append_signal(reason, x->ended);
		return set_reason(reason, OUTCOME_ENDED, " before the command had ended");
	}
	if (x->error[0] != '\0')
		return set_guest_reason(reason, OUTCOME_NOT_RUN,
					"cannot run the command in the guest: ", x->error,
					strlen(x->error));
	if (x->timeout)
		return set_reason(reason, OUTCOME_TIMED_OUT,
				  "the command ran out of time and was killed");
	if (x->signal != 0) {
		text_string(reason, "the command was killed by ");
		append_signal(reason, x->signal);
		return set_reason(reason, OUTCOME_KILLED, x->core ? ", core dumped" : "");
	}
	return x->status == 0 ? OUTCOME_OK : OUTCOME_FAILED;
}

/*
 * The worst trouble that the kernel reports: by its taint flags, for the whole boot, and by its
 * messages during runs.
 */
static enum trouble
worst_trouble(const struct result *r)
{
	enum trouble worst = trouble_of_taint(r->taint);

	for (size_t i = 0; i < r->run_count; i++) {
		enum trouble trouble = trouble_of_log(r->runs[i].log.data, r->runs[i].log.length);
		if (trouble > worst)
			worst = trouble;
	}
	return worst;
}

/* Appends the message that reports the trouble, from a run or from the whole boot. */
static void
append_trouble(const struct result *r, enum trouble trouble, struct text *reason)
{
	size_t length = 0;
	const char *line = trouble_find(r->klog.data, r->klog.length, trouble, &length);

	for (size_t i = 0; i < r->run_count && line == NULL; i++)
		line = trouble_find(r->runs[i].log.data, r->runs[i].log.length, trouble, &length);
	if (line != NULL) {
		line = kernel_text_message(line, &length);
		escape_bytes(reason, line, length < CONSOLE_PANIC_MAX ? length : CONSOLE_PANIC_MAX);
		return;
	}
	text_string(reason, "the kernel tainted itself (");
	text_number(reason, r->taint);
	text_string(reason, "), and no message explains it");
}

static enum outcome
set_noise_reason(const struct noise *noise, struct text *reason)
{
	text_string(reason, "noisy: run ");
	text_number(reason, noise->run->number);
	text_string(reason, " had ");
	text_number(reason, noise->run->exit.figures[noise->figure]);
	text_char(reason, ' ');
	text_string(reason, result_figure_names[noise->figure]);
	text_string(reason, ", at most ");
	text_number(reason, noise->max);
	text_string(reason, " are allowed");
	return OUTCOME_NOISY;
}

/* Judges how the command ended, unless the kernel was in trouble. */
static enum outcome
judge_run(const struct evidence *e, const struct result_exit *x, struct text *reason)
{
	static const enum outcome outcomes[] = {[TROUBLE_WARNING] = OUTCOME_WARNING,
						[TROUBLE_LOCKUP] = OUTCOME_LOCKUP,
						[TROUBLE_OOPS] = OUTCOME_OOPS};
	enum trouble trouble = worst_trouble(e->result);
	struct noise noise;

	if (trouble != TROUBLE_NONE && x->ended == 0) {
		append_trouble(e->result, trouble, reason);
		return outcomes[trouble];
	}
	enum outcome outcome = judge_exit(x, reason);
	if (outcome == OUTCOME_OK && e->noise != NULL && noise_find(&noise, e->result, e->noise))
		return set_noise_reason(&noise, reason);
	return outcome;
}

static enum outcome
judge_complete(const struct evidence *e, struct text *reason)
{
	const struct result *r = e->result;

	if (r->malformed > 0)
		return set_reason(reason, OUTCOME_LOST_DATA,
				  "the records are intact but malformed");
	if (r->failed)
		return set_guest_reason(reason, OUTCOME_INIT_FAILED, "init failed: ", r->fail,
					strlen(r->fail));
	const struct result_run *run = result_verdict(r);
	if (run != NULL)
		return judge_run(e, &run->exit, reason);
	if (e->interactive)
		return OUTCOME_OK;
	return set_reason(reason, OUTCOME_ENDED, "the machine ended without having run a command");
}

static enum outcome
set_lost_reason(const struct evidence *e, struct text *reason)
{
	uint32_t first = 0;
	uint32_t missing = wire_log_missing(e->console->wire, &first);

	if (e->verdict == WIRE_CORRUPT)
		return set_reason(
		    reason, OUTCOME_LOST_DATA,
		    "results are lost: records contradict each other or their SHA-256");
	text_string(reason, "results are lost: ");
	if (missing > 0) {
		text_number(reason, missing);
		text_string(reason, " of ");
		text_number(reason, wire_log_bound(e->console->wire));
		text_string(reason, " record");
		text_string(reason, text_plural(wire_log_bound(e->console->wire)));
		text_string(reason, missing == 1 ? " is missing, number "
						 : " are missing, the first number ");
		text_number(reason, first);
		return OUTCOME_LOST_DATA;
	}
	return set_reason(reason, OUTCOME_LOST_DATA, "the end record is missing");
}

static enum outcome
judge_silence(const struct evidence *e, struct text *reason)
{
	static const char *const where[] = {
	    [STAGE_SILENT] = "the kernel printed nothing",
	    [STAGE_KERNEL] = "hang: output from the kernel, but none from init",
	    [STAGE_INIT] = "hang: init started, but the command did not",
	    [STAGE_RUN] =
		"hang: the command started, but no output followed, not even at its time-out",
	    [STAGE_RESULTS] = "hang: results came, but not their end",
	    [STAGE_END] = "",
	};

	text_string(reason, where[e->console->stage]);
	text_string(reason, " (waited ");
	text_number(reason, e->limit_s);
	text_string(reason, " s)");
	const struct excerpt_line *trouble = excerpt_trouble(&e->console->excerpt, TROUBLE_LOCKUP);
	if (trouble != NULL) {
		text_string(reason, "; the console shows: ");
		escape_bytes(reason, trouble->bytes, trouble->length);
	}
	return e->console->stage == STAGE_SILENT ? OUTCOME_NEVER_BOOTED : OUTCOME_HANG;
}

/* Judges a recorded log, or a machine that its person ended. */
static enum outcome
judge_log(const struct evidence *e, struct text *reason)
{
	if (e->end == MACHINE_ESCAPED)
		return e->interactive
			   ? OUTCOME_OK
			   : set_reason(reason, OUTCOME_ENDED, "the machine was ended by hand");
	if (e->console->stage == STAGE_SILENT)
		return set_reason(reason, OUTCOME_LOST_DATA,
				  "no record and no kernel message in the log");
	if (e->console->stage == STAGE_KERNEL)
		return set_reason(reason, OUTCOME_LOST_DATA,
				  "no record in the log, only kernel messages");
	return set_lost_reason(e, reason);
}

/* Whether the person ended the machine from the image's own system, whose init sends no records. */
static bool
is_ended_by_person(const struct evidence *e)
{
	bool has_kernel_output = e->console->stage == STAGE_KERNEL;

	if (!e->interactive || !has_kernel_output)
		return false;
	/* Without the kernel's message nobody asked the machine to reset. */
	return e->end == MACHINE_POWERED_OFF || (e->end == MACHINE_RESET && e->console->restarts);
}

static enum outcome
set_other_kernel_reason(const struct console *c, struct text *reason)
{
	text_string(reason, "the machine started another kernel (");
	escape_bytes(reason, c->other, c->other_length);
	text_string(reason, ") before the results arrived");
	if (c->panicked) {
		text_string(reason, ": ");
		escape_bytes(reason, c->panic, c->panic_length);
	}
	return OUTCOME_RESET;
}

static enum outcome
judge_incomplete(const struct evidence *e, struct text *reason)
{
	const struct console *c = e->console;

	if (c->panicked && c->panicked_before_end && !c->panicked_in_other)
		return set_guest_reason(reason, OUTCOME_PANIC, "", c->panic, c->panic_length);
	if (c->other_kernels > 0 && wire_log_counts(c->wire).resets == 0 &&
	    e->end != MACHINE_RETURNED)
		return set_other_kernel_reason(c, reason);
	if (wire_log_counts(c->wire).resets > 0)
		return set_reason(reason, OUTCOME_RESET,
				  "the machine restarted before the results arrived");
	if (e->verdict == WIRE_CORRUPT || c->stage == STAGE_END)
		return set_lost_reason(e, reason);
	if (e->result->failed)
		return set_guest_reason(reason, OUTCOME_INIT_FAILED,
					"init failed: ", e->result->fail, strlen(e->result->fail));
	if (is_ended_by_person(e))
		return OUTCOME_OK;
	switch (e->end) {
	case MACHINE_RESET:
		if (c->stage == STAGE_SILENT)
			return set_reason(
			    reason, OUTCOME_NEVER_BOOTED,
			    "the machine reset itself, and the kernel printed nothing");
		return set_reason(reason, OUTCOME_RESET,
				  "the machine reset itself before the results arrived");
	case MACHINE_RETURNED:
		if (c->stage < STAGE_INIT)
			return set_reason(
			    reason, OUTCOME_NEVER_BOOTED,
			    "init reported nothing, and the machine is back in its own system");
		return set_reason(
		    reason, OUTCOME_RESET,
		    "the machine returned to its own system before the results arrived");
	case MACHINE_SILENT:
		return judge_silence(e, reason);
	case MACHINE_FLOODED:
		return set_reason(reason, OUTCOME_FLOODED,
				  "the console was flooded: the boot wrote more than it may");
	case MACHINE_POWERED_OFF:
		if (c->stage == STAGE_SILENT)
			return set_reason(reason, OUTCOME_NEVER_BOOTED,
					  "the machine ended, and the kernel printed nothing");
		if (c->stage == STAGE_RESULTS)
			return set_lost_reason(e, reason);
		return set_reason(reason, OUTCOME_ENDED,
				  "the machine powered off without a verdict");
	default:
		return judge_log(e, reason);
	}
}

/* Appends a build id and its release. The guest's text comes last, as it may be cut. */
static void
append_kernel(struct text *reason, const char *build_id, const char *release)
{
	char both[2 * RESULT_WORD_MAX + 4];
	bool has_release = release != NULL && release[0] != '\0';
	int length = snprintf(both, sizeof(both), "%s%s%s%s", build_id, has_release ? " (" : "",
			      has_release ? release : "", has_release ? ")" : "");

	escape_bytes(reason, both,
		     (size_t)length < sizeof(both) ? (size_t)length : sizeof(both) - 1);
}

/*
 * Whether the running kernel reports another build id than the given kernel's: then its outcome
 * says nothing about that one.
 */
static bool
is_wrong_kernel(const struct evidence *e)
{
	const struct result *r = e->result;

	return e->build_id != NULL && e->build_id[0] != '\0' && r->build_id[0] != '\0' &&
	       strcasecmp(e->build_id, r->build_id) != 0;
}

static enum outcome
set_wrong_kernel_reason(const struct evidence *e, struct text *reason)
{
	text_string(reason, "wrong kernel: the file has the build id ");
	append_kernel(reason, e->build_id, e->release);
	text_string(reason, ", the running kernel has ");
	append_kernel(reason, e->result->build_id, e->result->kernel);
	return OUTCOME_WRONG_KERNEL;
}

enum outcome
outcome_judge(const struct evidence *e, struct text *reason)
{
	if (e->refusal != NULL)
		return set_reason(reason, e->refusal->outcome, e->refusal->text);
	if (e->end == MACHINE_MISSING)
		return set_reason(
		    reason, OUTCOME_NO_QEMU,
		    "cannot find qemu-system-x86_64: install Debian's package qemu-system-x86");
	if (e->end == MACHINE_NOT_STARTED)
		return set_reason(reason, OUTCOME_NEVER_BOOTED,
				  "the kernel is neither a bzImage nor an ELF file");
	if (is_wrong_kernel(e))
		return set_wrong_kernel_reason(e, reason);
	/* With a person at the console everything comes after the end of the records. */
	if (e->interactive && e->console->panicked)
		return set_guest_reason(reason, OUTCOME_PANIC, "", e->console->panic,
					e->console->panic_length);
	if (e->verdict == WIRE_COMPLETE)
		return judge_complete(e, reason);
	const char *error = e->qemu_error != NULL && e->qemu_error[0] != '\0'
				? e->qemu_error
				: "it ended early without a message";
	if (e->end == MACHINE_FAILED)
		return set_guest_reason(reason, OUTCOME_QEMU_FAILED, "QEMU failed: ", error,
					strlen(error));
	if (e->end == MACHINE_TARGET_FAILED)
		return set_guest_reason(reason, OUTCOME_TARGET_FAILED, "the target failed: ", error,
					strlen(error));
	return judge_incomplete(e, reason);
}
