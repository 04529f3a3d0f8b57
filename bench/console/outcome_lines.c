/* SPDX-License-Identifier: MIT */
#include "console/outcome.h"

#include <string.h>

#include "console/kernel_text.h"
#include "console/trouble.h"

enum { TROUBLE_BESIDE_LAST = 3, LAST_OF_RUN = 3 };

struct chosen {
	struct outcome_line *lines;
	size_t count;
};

static void
add(struct chosen *chosen, const char *line, size_t length)
{
	if (chosen->count < OUTCOME_LINES)
		chosen->lines[chosen->count++] =
		    (struct outcome_line){line, length < WITNESS_LINE_MAX ? length : WITNESS_LINE_MAX};
}

static void
add_all(struct chosen *chosen, const struct witness_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].number != 0)
			add(chosen, lines[i].bytes, lines[i].length);
}

/* The first lines of trouble, and behind them as many of the last ones as there is room for. */
static void
add_last(struct chosen *chosen, const struct witness *w, const struct witness_line ring[WITNESS_LAST], bool is_back)
{
	size_t beside = w->trouble_count < TROUBLE_BESIDE_LAST ? w->trouble_count : TROUBLE_BESIDE_LAST;
	uint64_t newest = 0;

	/* Where the machine is back in its own system the boot loader's words, that come last, are of that. */
	for (size_t i = 0; i < WITNESS_LAST; i++)
		if (ring[i].number > newest && (!is_back || kernel_text_is(ring[i].bytes, ring[i].length)))
			newest = ring[i].number;
	/* Lines of trouble that are among the last anyway need no place of their own. */
	uint64_t room = OUTCOME_LINES - beside, from = newest >= room ? newest - room + 1 : 1;
	for (size_t i = 0; i < beside; i++)
		if (w->trouble[i].number < from)
			add_all(chosen, &w->trouble[i], 1);
	for (uint64_t number = from; number <= newest; number++)
		if (ring[number % WITNESS_LAST].number == number)
			add_all(chosen, &ring[number % WITNESS_LAST], 1);
}

/* The next message of a log, and whether the kernel wrote it; false: there is no more. */
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

/* The messages that tell of such trouble or worse, and where it was. */
static void
add_log(struct chosen *chosen, struct bytes log, enum trouble least)
{
	struct outcome_line message;
	bool expects_where = false, is_own;

	while (next_message(&log, &message, &is_own)) {
		bool is_trouble = is_own && trouble_of_line(message.data, message.length) >= least;
		if (!is_trouble && !(expects_where && trouble_tells_where(message.data, message.length)))
			continue;
		add(chosen, message.data, message.length);
		expects_where = is_trouble;
	}
}

/* The log of the whole boot has it all, if it came; the console shows only what its level lets through. */
static void
add_trouble(struct chosen *chosen, const struct evidence *e, enum trouble least)
{
	const struct result *r = e->result;
	const struct witness *w = &e->console->witness;

	add_log(chosen, r->klog, least);
	for (size_t i = 0; i < r->run_count && r->klog.length == 0; i++)
		add_log(chosen, r->runs[i].log, least);
	for (size_t i = 0, none = chosen->count == 0; i < w->trouble_count && none; i++)
		if (w->trouble[i].trouble >= least)
			add_all(chosen, &w->trouble[i], 1);
}

/* What of trouble the kernel told during the run, or else what it said last. */
static void
add_run(struct chosen *chosen, const struct result_run *run)
{
	struct outcome_line last[LAST_OF_RUN], message;
	struct bytes log = run != NULL ? run->log : (struct bytes){0};
	size_t count = 0;
	bool is_own;

	add_log(chosen, log, TROUBLE_WARNING);
	for (; chosen->count == 0 && next_message(&log, &message, &is_own); count++)
		last[count % LAST_OF_RUN] = message;
	for (size_t i = count > LAST_OF_RUN ? count - LAST_OF_RUN : 0; i < count; i++)
		add(chosen, last[i % LAST_OF_RUN].data, last[i % LAST_OF_RUN].length);
}

size_t
outcome_lines(const struct evidence *e, enum outcome outcome, struct outcome_line lines[OUTCOME_LINES])
{
	const struct witness *w = &e->console->witness;
	struct chosen chosen = {lines, 0};

	switch (outcome) {
	case OUTCOME_PANIC:
		add_all(&chosen, w->trouble, w->trouble_count);
		add_all(&chosen, &w->panic, 1);
		break;
	case OUTCOME_OOPS:
		add_trouble(&chosen, e, TROUBLE_OOPS);
		break;
	case OUTCOME_LOCKUP:
		add_trouble(&chosen, e, TROUBLE_LOCKUP);
		break;
	case OUTCOME_WARNING:
		add_trouble(&chosen, e, TROUBLE_WARNING);
		break;
	case OUTCOME_KILLED:
	case OUTCOME_TIMED_OUT:
		add_run(&chosen, result_verdict(e->result));
		break;
	case OUTCOME_WRONG_KERNEL:
		add_all(&chosen, &w->version, 1);
		break;
	case OUTCOME_LOST_DATA:
		add_all(&chosen, w->broken, w->broken_count);
		if (w->broken_count == 0)
			add_last(&chosen, w, w->last, false);
		break;
	case OUTCOME_ENDED:
	case OUTCOME_RESET:
	case OUTCOME_HANG:
	case OUTCOME_NEVER_BOOTED:
		add_last(&chosen, w, outcome == OUTCOME_RESET && w->restarted ? w->before : w->last,
			 e->end == MACHINE_RETURNED);
		break;
	default:
		break;
	}
	return chosen.count;
}
