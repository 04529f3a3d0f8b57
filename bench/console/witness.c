/* SPDX-License-Identifier: MIT */
#include "console/witness.h"

#include <string.h>

static bool
is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\0')
			return false;
	return true;
}

/* Makes room behind the others by leaving out the last of the mildest, if that is milder than `trouble`. */
static struct witness_line *
room_for_trouble(struct witness *w, enum trouble trouble)
{
	size_t mildest = 0;

	if (w->trouble_count < WITNESS_TROUBLE)
		return &w->trouble[w->trouble_count++];
	for (size_t i = 1; i < WITNESS_TROUBLE; i++)
		if (w->trouble[i].trouble <= w->trouble[mildest].trouble)
			mildest = i;
	if (w->trouble[mildest].trouble >= trouble)
		return NULL;
	memmove(&w->trouble[mildest], &w->trouble[mildest + 1],
		(WITNESS_TROUBLE - 1 - mildest) * sizeof(w->trouble[0]));
	return &w->trouble[WITNESS_TROUBLE - 1];
}

/* Where it was is told some lines behind what it was. */
static void
see_trouble(struct witness *w, const struct witness_line *line)
{
	struct witness_line *at = NULL;
	enum trouble trouble = line->trouble;

	if (trouble == TROUBLE_NONE && w->expects_where && trouble_tells_where(line->bytes, line->length)) {
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

void
witness_see(struct witness *w, enum witness_kind kind, const char *line, size_t length)
{
	struct witness_line *last = &w->last[(w->lines + 1) % WITNESS_LAST];

	if (is_blank(line, length))
		return;
	if (kind == WITNESS_VERSION && w->version.number != 0 && !w->restarted) {
		memcpy(w->before, w->last, sizeof(w->before));
		w->restarted = true;
	}
	last->number = ++w->lines;
	last->trouble = kind == WITNESS_PROGRAM ? TROUBLE_NONE : trouble_of_line(line, length);
	last->length = length < WITNESS_LINE_MAX ? length : WITNESS_LINE_MAX;
	memcpy(last->bytes, line, last->length);
	/* The same machine's, and no later one's. */
	if (w->restarted)
		return;
	if (kind == WITNESS_VERSION)
		w->version = *last;
	if (kind == WITNESS_PANIC && w->panic.number == 0)
		w->panic = *last;
	if (kind == WITNESS_BROKEN_RECORD && w->broken_count < WITNESS_BROKEN)
		w->broken[w->broken_count++] = *last;
	if (kind != WITNESS_PANIC && kind != WITNESS_PROGRAM)
		see_trouble(w, last);
}

const struct witness_line *
witness_trouble(const struct witness *w, enum trouble least)
{
	for (size_t i = 0; i < w->trouble_count; i++)
		if (w->trouble[i].trouble >= least)
			return &w->trouble[i];
	return NULL;
}
