/* SPDX-License-Identifier: MIT */
#include "study/study_progress.h"

#include <err.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/seconds.h"
#include "text.h"

enum { SHOWN_MAX = 512, COLUMNS_DEFAULT = 80, MINUTE = 60, HOUR = 3600, DAY = 86400 };

struct study_progress
study_progress_make(const struct study *s)
{
	double now = seconds_now();

	return (struct study_progress){.is_terminal = isatty(STDERR_FILENO) == 1,
				       .begun = now,
				       .ended = now,
				       .boots_before = s->queue.boots};
}

bool
study_progress_is_live(const struct study_progress *t)
{
	return t->is_terminal;
}

/* Appends the outcomes of one cell, or of all cells if it is NULL, as `3 ok, 1 panic`. */
static void
append_outcomes(struct text *t, const struct study *s, const struct queue_cell *cell)
{
	bool is_first = true;

	for (int i = 0; i < OUTCOMES; i++) {
		uint64_t count = cell != NULL ? cell->outcomes[i] : 0;
		for (size_t c = 0; cell == NULL && c < s->queue.count; c++)
			count += s->queue.cells[c].outcomes[i];
		if (count == 0)
			continue;
		text_string(t, is_first ? "" : ", ");
		text_number(t, count);
		text_char(t, ' ');
		text_string(t, outcome_name((enum outcome)i));
		is_first = false;
	}
	if (is_first)
		text_string(t, "none");
}

static void
append_duration(struct text *t, double seconds)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {{DAY, " d"}, {HOUR, " h"}, {MINUTE, " min"}, {1, " s"}};
	size_t i = 0;

	while (i < 3 && seconds < 2 * units[i].unit)
		i++;
	text_number(t, (uint64_t)llround(seconds / units[i].unit));
	text_string(t, units[i].name);
}

double
study_progress_seconds_left(double each, uint64_t left, unsigned running, double since)
{
	double behind = left > running ? (double)(left - running) : 0;

	return fmax(each * (double)left - since, each * behind);
}

/* Average seconds between ends of boots, from all boots in the journal; 0: no boots. */
static double
seconds_each(const struct study *s, unsigned running)
{
	double seconds = 0, boots = 0;

	for (size_t i = 0; i < s->queue.count; i++) {
		seconds += s->queue.cells[i].seconds;
		boots += (double)s->queue.cells[i].boots;
	}
	return boots > 0 ? seconds / boots / (running > 0 ? running : 1) : 0;
}

static void
append_left(struct text *t, double seconds)
{
	text_string(t, ", ");
	append_duration(t, seconds);
	text_string(t, " left");
}

/* Estimates from the boots of this process; before the first one, from earlier boots. */
static void
append_time_left(struct text *text, const struct study_progress *t, const struct study *s,
		 unsigned running)
{
	uint64_t boots = s->queue.boots - t->boots_before;
	double each = boots > 0 ? (t->ended - t->begun) / (double)boots : seconds_each(s, running);

	if (each > 0)
		append_left(text, study_progress_seconds_left(each, queue_left(&s->queue), running,
							      seconds_now() - t->ended));
}

static void
append_counts(struct text *t, const struct study *s)
{
	text_number(t, s->queue.boots);
	text_string(t, " boot");
	text_string(t, text_plural(s->queue.boots));
	text_string(t, " done, ");
	text_number(t, queue_left(&s->queue));
	text_string(t, " to come");
}

void
study_progress_live(struct study_progress *t, const struct study *s, unsigned running)
{
	char buffer[SHOWN_MAX];
	struct text text = text_in(buffer, sizeof(buffer));
	struct winsize size = {.ws_col = 0};

	if (!t->is_terminal || t->cell == NULL)
		return;
	if (t->is_stopping)
		text_string(&text, "stopping: ");
	text_string(&text, t->cell);
	text_char(&text, ' ');
	append_duration(&text, seconds_now() - t->started);
	text_string(&text, "; ");
	append_counts(&text, s);
	append_time_left(&text, t, s, running);
	text_string(&text, "; ");
	append_outcomes(&text, s, NULL);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		size.ws_col = COLUMNS_DEFAULT;
	/* Writing in the last column would wrap the line on some terminals. */
	size_t width = text.used < (size_t)size.ws_col - 1 ? text.used : (size_t)size.ws_col - 1;
	fprintf(stderr, "\r\033[K%.*s", (int)width, buffer);
	fflush(stderr);
	t->is_shown = true;
}

void
study_progress_clear(struct study_progress *t)
{
	if (!t->is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	t->is_shown = false;
}

/* Appends a word that was printable when written; in a journal it may have been changed. */
static void
append_word(struct text *t, const char *word)
{
	for (size_t i = 0; word[i] != '\0' && i < OUTCOME_REASON_MAX; i++)
		text_char(t, word[i] >= ' ' && word[i] <= '~' ? word[i] : '?');
}

void
study_progress_boot(struct study_progress *t, const struct study *s, const struct study_line *line)
{
	char buffer[SHOWN_MAX + OUTCOME_REASON_MAX];
	struct text text = text_in(buffer, sizeof(buffer));

	t->ended = seconds_now();
	if (t->is_terminal && line->outcome == OUTCOME_OK)
		return;
	study_progress_clear(t);
	text_string(&text, "boot ");
	text_number(&text, line->number);
	text_string(&text, ", ");
	text_number(&text, queue_left(&s->queue));
	text_string(&text, " to come: ");
	text_string(&text, line->cell);
	if (line->node != NULL) {
		text_string(&text, " on ");
		append_word(&text, line->node);
	}
	text_string(&text, ": ");
	text_string(&text, outcome_name(line->outcome));
	if (line->reason[0] != '\0') {
		text_string(&text, ": ");
		append_word(&text, line->reason);
	}
	fprintf(stderr, "%.*s, %.1f s\n", (int)text.used, buffer, line->seconds);
}

void
study_progress_stopping(struct study_progress *t, unsigned running)
{
	study_progress_clear(t);
	t->is_stopping = true;
	warnx("stopping after the running boot%s; a second signal stops at once and discards %s",
	      text_plural(running), running == 1 ? "it" : "them");
}

static const char *const states[] = {[CELL_OPEN] = "open",
				     [CELL_DONE] = "done",
				     [CELL_LIMITED] = "at its limit",
				     [CELL_GIVEN_UP] = "given up"};

enum { STATES = sizeof(states) / sizeof(states[0]) };

static void
print_row(const struct study *s, size_t cell, int width)
{
	const struct queue_cell *c = &s->queue.cells[cell];
	char buffer[SHOWN_MAX], precision[32] = "";
	struct text t = text_in(buffer, sizeof(buffer));
	double reached = queue_precision(&s->queue, cell);

	append_outcomes(&t, s, c);
	if (s->plan.precision_of != NULL)
		snprintf(precision, sizeof(precision),
			 isnan(reached)	  ? "           "
			 : isinf(reached) ? "        ?  "
					  : "%8.2f%%  ",
			 reached * 100);
	printf("%-*s  %-12s  %6llu  %6llu  %s%.*s\n", width, s->cells.at[cell].name,
	       states[c->state], (unsigned long long)c->boots, (unsigned long long)c->counted,
	       precision, (int)t.used, buffer);
}

/* Prints how many cells are in each state, and how many are not in the table. */
static void
print_states(const struct study *s, size_t hidden)
{
	size_t counts[STATES] = {0};
	const char *before = ": ";

	for (size_t i = 0; i < s->queue.count; i++)
		counts[s->queue.cells[i].state]++;
	printf("%zu cells", s->cells.count);
	for (size_t i = 0; i < STATES; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s%zu %s", before, counts[i], states[i]);
		before = ", ";
	}
	printf("; %zu not shown (bench status %s | cat prints all)\n", hidden, s->path);
}

/* The rows that a terminal has for the table; SIZE_MAX if it is not a terminal. */
static size_t
rows_for_table(void)
{
	enum { ROWS_DEFAULT = 24, OTHER_ROWS = 6 };
	struct winsize size = {.ws_row = 0};

	if (isatty(STDOUT_FILENO) != 1)
		return SIZE_MAX;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
		size.ws_row = ROWS_DEFAULT;
	return size.ws_row > OTHER_ROWS ? size.ws_row - OTHER_ROWS : 1;
}

int
study_progress_table(const struct study *s, unsigned running)
{
	size_t width = strlen("cell"), rows = rows_for_table(), shown = 0;
	char buffer[SHOWN_MAX];
	struct text t = text_in(buffer, sizeof(buffer));
	bool fits = s->cells.count <= rows;

	for (size_t i = 0; i < s->cells.count; i++)
		width = strlen(s->cells.at[i].name) > width ? strlen(s->cells.at[i].name) : width;
	printf("%-*s  %-12s  %6s  %6s  %s%s\n", (int)width, "cell", "state", "boots", "ok",
	       s->plan.precision_of != NULL ? "precision  " : "", "outcomes");
	for (size_t i = 0; i < s->cells.count && shown < rows; i++) {
		const struct queue_cell *c = &s->queue.cells[i];
		if (!fits && c->state == CELL_DONE && c->boots == c->counted)
			continue;
		print_row(s, i, (int)width);
		shown++;
	}
	if (!fits)
		print_states(s, s->cells.count - shown);
	append_counts(&t, s);
	if (queue_left(&s->queue) > 0 && seconds_each(s, running) > 0)
		append_left(&t, seconds_each(s, running) * (double)queue_left(&s->queue));
	printf("%.*s\n", (int)t.used, buffer);
	if (fflush(stdout) == 0)
		return 0;
	warn("cannot write");
	return -1;
}
