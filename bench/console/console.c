/* SPDX-License-Identifier: MIT */
#include "console/console.h"

#include <string.h>

#include "console/kernel_text.h"
#include "console/record.h"

enum excerpt_kind {
	EXCERPT_TEXT,
	EXCERPT_PROGRAM, /* output of a program */
	EXCERPT_VERSION, /* the first line of a kernel */
	EXCERPT_BROKEN_RECORD,
	EXCERPT_PANIC,
};

/*
 * Keeps the lines of a console that explain the outcome, in bounded memory: the last lines, those
 * in which a kernel reports trouble, and broken records. Lines are kept unescaped, cut at
 * EXCERPT_LINE_MAX bytes.
 */

static bool
is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\0')
			return false;
	return true;
}

/*
 * Makes room at the end by removing the last of the least severe lines, if it is less severe than
 * `trouble`.
 */
static struct excerpt_line *
room_for_trouble(struct excerpt *w, enum trouble trouble)
{
	size_t mildest = 0;

	if (w->trouble_count < EXCERPT_TROUBLE)
		return &w->trouble[w->trouble_count++];
	for (size_t i = 1; i < EXCERPT_TROUBLE; i++)
		if (w->trouble[i].trouble <= w->trouble[mildest].trouble)
			mildest = i;
	if (w->trouble[mildest].trouble >= trouble)
		return NULL;
	memmove(&w->trouble[mildest], &w->trouble[mildest + 1],
		(EXCERPT_TROUBLE - 1 - mildest) * sizeof(w->trouble[0]));
	return &w->trouble[EXCERPT_TROUBLE - 1];
}

/* The kernel prints the place of a fault some lines after the kind of the fault. */
static void
note_trouble(struct excerpt *w, const struct excerpt_line *line)
{
	struct excerpt_line *at = NULL;
	enum trouble trouble = line->trouble;

	if (trouble == TROUBLE_NONE && w->expects_where &&
	    trouble_tells_where(line->bytes, line->length)) {
		w->expects_where = false;
		trouble = w->trouble[w->trouble_count - 1].trouble;
		at = room_for_trouble(w, trouble);
	} else if (trouble != TROUBLE_NONE) {
		at = room_for_trouble(w, trouble);
		w->expects_where = at != NULL;
	}
	if (at == NULL)
		return;
	*at = *line;
	at->trouble = trouble;
}

/* Adds the next line of a console; `w` starts zeroed. */
static void
excerpt_add(struct excerpt *w, enum excerpt_kind kind, const char *line, size_t length)
{
	struct excerpt_line *last = &w->last[(w->lines + 1) % EXCERPT_LAST];

	if (is_blank(line, length))
		return;
	if (kind == EXCERPT_VERSION && w->version.number != 0 && !w->restarted) {
		memcpy(w->before, w->last, sizeof(w->before));
		w->restarted = true;
	}
	last->number = ++w->lines;
	last->trouble = kind == EXCERPT_PROGRAM ? TROUBLE_NONE : trouble_of_line(line, length);
	last->length = length < EXCERPT_LINE_MAX ? length : EXCERPT_LINE_MAX;
	memcpy(last->bytes, line, last->length);
	/* Keep these lines of the first boot only. */
	if (w->restarted)
		return;
	if (kind == EXCERPT_VERSION)
		w->version = *last;
	if (kind == EXCERPT_PANIC && w->panic.number == 0)
		w->panic = *last;
	if (kind == EXCERPT_BROKEN_RECORD && w->broken_count < EXCERPT_BROKEN)
		w->broken[w->broken_count++] = *last;
	if (kind != EXCERPT_PANIC && kind != EXCERPT_PROGRAM)
		note_trouble(w, last);
}

const struct excerpt_line *
excerpt_trouble(const struct excerpt *w, enum trouble least)
{
	for (size_t i = 0; i < w->trouble_count; i++)
		if (w->trouble[i].trouble >= least)
			return &w->trouble[i];
	return NULL;
}

enum { WAIT_MAX_S = 4 * 3600 }; /* a broken guest must not block the queue for ever */

static void
raise_stage(struct console *c, enum console_stage stage)
{
	if (stage > c->stage)
		c->stage = stage;
}

static enum excerpt_kind
kind_of(const struct console *c, const char *line, size_t length, bool broken, const char *panic)
{
	if (panic != NULL)
		return EXCERPT_PANIC;
	if (broken)
		return EXCERPT_BROKEN_RECORD;
	if (kernel_text_is_version(line, length))
		return EXCERPT_VERSION;
	return c->stamps && !kernel_text_is(line, length) ? EXCERPT_PROGRAM : EXCERPT_TEXT;
}

/* Keeps a panic within a broken record without the text before it. */
static void
note_excerpt(struct console *c, const char *line, size_t length, bool broken, const char *panic)
{
	size_t skipped = panic != NULL && broken ? (size_t)(panic - line) : 0;

	if (wire_log_counts(c->wire).resets == 0)
		excerpt_add(&c->excerpt, kind_of(c, line, length, broken, panic), line + skipped,
			    length - skipped);
}

/* Whether this line is the last of the machine's own system, to which all output so far belongs. */
static bool
is_own_system_restart(const struct console *c, const char *line, size_t length)
{
	return c->has_own_system && c->stage < STAGE_INIT && kernel_text_is_restart(line, length);
}

/*
 * Notes the start of another kernel. Before init starts, that may be a boot loader that is itself a
 * Linux.
 */
static void
note_kernel_start(struct console *c, const char *line, size_t length)
{
	size_t release_length;
	const char *release = kernel_text_beginning(line, length, c->stamps, &release_length);

	if (release == NULL || c->stage < STAGE_INIT || c->stage == STAGE_END)
		return;
	if (c->other_kernels++ > 0)
		return;
	c->other_length =
	    release_length < CONSOLE_RELEASE_MAX ? release_length : CONSOLE_RELEASE_MAX;
	memcpy(c->other, release, c->other_length);
}

static void
handle_text(void *context, const char *line, size_t length, bool broken)
{
	struct console *c = context;
	const char *panic = kernel_text_panic(line, length, broken);

	c->stamps |= kernel_text_is_stamped(line, length);
	if (c->stamps && !broken && !kernel_text_is_stamped(line, length))
		panic = NULL;
	if (is_own_system_restart(c, line, length)) {
		c->stage = STAGE_SILENT;
		c->panicked = false;
		c->excerpt = (struct excerpt){0};
		return;
	}
	if (panic != NULL || kernel_text_is(line, length)) {
		note_kernel_start(c, line, length);
		c->restarts |= kernel_text_is_restart(line, length);
		raise_stage(c, STAGE_KERNEL);
	}
	note_excerpt(c, line, length, broken, panic);
	if (panic == NULL || c->panicked)
		return;
	c->panicked = true;
	c->panicked_in_other = c->other_kernels > 0 || wire_log_counts(c->wire).resets > 0;
	c->panicked_before_end = c->stage < STAGE_END;
	c->panic_length = length - (size_t)(panic - line);
	if (c->panic_length > CONSOLE_PANIC_MAX)
		c->panic_length = CONSOLE_PANIC_MAX;
	memcpy(c->panic, panic, c->panic_length);
}

static void
note_wait(struct console *c, const struct wire_log_record *record)
{
	uint64_t seconds;

	if (strcmp(record->kind, "wait") != 0 ||
	    !record_number(record, "seconds", WAIT_MAX_S, &seconds))
		return;
	c->wait_s += seconds;
	if (c->wait_s > WAIT_MAX_S)
		c->wait_s = WAIT_MAX_S;
}

static void
handle_record(void *context, const struct wire_log_record *record)
{
	static const struct {
		const char *kind;
		enum console_stage stage;
	} stages[] = {
	    {"hello", STAGE_INIT},   {"warning", STAGE_INIT}, {"output", STAGE_RESULTS},
	    {"exit", STAGE_RESULTS}, {"end", STAGE_END},
	};
	struct console *c = context;

	if (strcmp(record->kind, "start") == 0 && c->stage < STAGE_END) {
		/* Each run has its own time limit. */
		c->stage = STAGE_RUN;
		c->runs++;
		if (!record_number(record, "timeout", UINT32_MAX, &c->timeout_s))
			c->timeout_s = 0;
		return;
	}
	note_wait(c, record);
	/* Any record after the start of a run ends the silence. */
	raise_stage(c, c->stage == STAGE_RUN ? STAGE_RESULTS : STAGE_INIT);
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (strcmp(stages[i].kind, record->kind) == 0)
			raise_stage(c, stages[i].stage);
}

int
console_open(struct console *c, const uint64_t *session)
{
	*c = (struct console){.has_session = session != NULL,
			      .session = session != NULL ? *session : 0};
	c->wire = wire_log_new(session, (struct wire_log_calls){handle_text, handle_record, c});
	return c->wire == NULL ? -1 : 0;
}

void
console_close(struct console *c)
{
	wire_log_free(c->wire);
	c->wire = NULL;
}

int
console_begin_anew(struct console *c)
{
	const struct console before = *c;

	if (console_open(c, before.has_session ? &before.session : NULL) != 0) {
		*c = before;
		return -1;
	}
	wire_log_free(before.wire);
	c->has_own_system = true;
	return 0;
}

int
console_feed(struct console *c, const void *bytes, size_t length)
{
	return bytes != NULL ? wire_log_feed(c->wire, bytes, length) : wire_log_finish(c->wire);
}
