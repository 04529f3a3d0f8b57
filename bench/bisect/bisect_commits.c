/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bisect/bisect_modes.h"
#include "bisect/bisect_question.h"
#include "bisect/git.h"
#include "bisect/kernel_build.h"
#include "console/outcome.h"
#include "host/memory.h"
#include "text.h"

struct history {
	struct bisection b;
	struct bisect_options options; /* with full names of commits */
	char *bad;		       /* owned: the first commit known to be bad */
	char **good;		       /* owned: commits known to be good */
	size_t good_count;
	json_t *skipped; /* set of commits */
	size_t skips;	 /* in a row */
};

struct commit_context {
	const struct bisect_options *options;
	const char *commit;
};

static int
build_commit(void *context, char **kernel, char **problem)
{
	const struct commit_context *c = context;
	const struct bisect_options *o = c->options;

	return kernel_build(o, c->commit, o->configs.count > 0 ? o->configs.at[0] : NULL, kernel,
			    problem);
}

/* Returns 0, or -1 after a message. */
static int
make_point(const struct bisect_options *o, const char *commit, struct bisect_point *point)
{
	struct commit_context *context = xcalloc(1, sizeof(*context));

	*context = (struct commit_context){o, commit};
	*point = (struct bisect_point){.name = commit,
				       .shown = git_describe(o->tree, commit),
				       .args = "",
				       .kernel = build_commit,
				       .context = context};
	return point->shown != NULL ? 0 : -1;
}

static void
release_point(struct bisect_point *point)
{
	free((char *)point->shown);
	free(point->context);
}

/* The candidates that can still be measured, one a line; NULL after a message. */
static char *
list_candidates(const struct history *h, size_t *count)
{
	char *text = git_candidates(h->options.tree, h->bad, (char *const *)h->good, h->good_count);
	char *to = text;

	*count = 0;
	for (char *at = text; at != NULL && *at != '\0';) {
		size_t length = strcspn(at, "\n");
		at[length] = '\0';
		bool is_skipped = json_object_get(h->skipped, at) != NULL;
		if (!is_skipped) {
			memmove(to, at, length);
			to[length] = '\n';
			to += length + 1;
			++*count;
		}
		at += length + 1;
	}
	if (text != NULL)
		*to = '\0';
	return text;
}

static void
take_verdict(struct history *h, const char *commit, enum search_verdict verdict)
{
	if (verdict == SEARCH_SKIP) {
		h->skips++;
		if (json_object_set_new(h->skipped, commit, json_true()) != 0)
			memory_die();
		return;
	}
	h->skips = 0;
	if (verdict == SEARCH_GOOD) {
		h->good = xgrow(h->good, h->good_count, sizeof(*h->good));
		h->good[h->good_count++] = xstrdup(commit);
	} else {
		free(h->bad);
		h->bad = xstrdup(commit);
	}
}

/* Measures one commit. Returns 1, 0 if no commit is left, or -1 after a message. */
static int
take_step(struct history *h)
{
	size_t count;
	char *text = list_candidates(h, &count), *line = text;
	struct bisect_point point;
	enum search_verdict verdict;

	if (text == NULL || count == 0) {
		free(text);
		return text == NULL ? -1 : 0;
	}
	for (size_t i = search_choose(count, h->skips); i > 0; i--)
		line = strchr(line, '\n') + 1;
	line[strcspn(line, "\n")] = '\0';
	uint64_t steps = (uint64_t)ceil(log2((double)count + 1));
	warnx("%zu commit%s left, about %llu step%s", count, text_plural(count),
	      (unsigned long long)steps, text_plural(steps));
	int result = make_point(&h->options, line, &point);
	if (result == 0)
		result = bisection_judge(&h->b, &point, &verdict);
	release_point(&point);
	if (result == 0)
		take_verdict(h, line, verdict);
	free(text);
	return result == 0 ? 1 : -1;
}

/* Prints the commits, one a line. Returns 0, or -1 after a message. */
static int
print_commits(const struct history *h, const char *text)
{
	for (const char *at = text; *at != '\0'; at += strcspn(at, "\n") + 1) {
		char *commit = xasprintf("%.*s", (int)strcspn(at, "\n"), at);
		char *shown = git_describe(h->options.tree, commit);
		if (shown != NULL)
			printf("  %s\n", shown);
		free(commit);
		free(shown);
		if (shown == NULL)
			return -1;
	}
	return 0;
}

/* Adds a row, whose `shown` is owned. */
static void
add_row(const struct history *h, struct bisect_row rows[4], size_t *count, const char *role,
	const char *commit)
{
	char *shown = git_describe(h->options.tree, commit);

	rows[*count] = (struct bisect_row){role, commit, shown != NULL ? shown : xstrdup(commit)};
	++*count;
}

/* The first parent of a commit if it was measured, to be freed; else NULL. */
static char *
measured_parent(const struct history *h, const char *commit)
{
	char *name = xasprintf("%s^", commit);
	char *parent = git_commit(h->options.tree, name);
	struct bisect_entry entry = {.problem = NULL};

	if (parent != NULL &&
	    (!bisect_log_find(&h->b.log, parent, &entry) || entry.problem != NULL)) {
		free(parent);
		parent = NULL;
	}
	bisect_entry_free(&entry);
	free(name);
	return parent;
}

/* Prints the answer. Returns bench's exit status. */
static int
print_history(const struct history *h)
{
	const struct bisect_options *o = &h->options;
	char *text = git_candidates(o->tree, h->bad, (char *const *)h->good, h->good_count);
	char *parent = measured_parent(h, h->bad);
	struct bisect_row rows[4];
	size_t count = 0;

	add_row(h, rows, &count, "good end", o->good);
	if (parent != NULL && strcmp(parent, o->good) != 0)
		add_row(h, rows, &count, "its parent", parent);
	if (strcmp(h->bad, o->bad) != 0)
		add_row(h, rows, &count, "first bad", h->bad);
	add_row(h, rows, &count, "bad end", o->bad);
	int result = text != NULL ? bisection_print(&h->b, rows, count) : -1;
	for (size_t i = 0; i < count; i++)
		free((char *)rows[i].shown);
	bool is_found = result == 0 && text[0] == '\0';
	if (result == 0) {
		puts(is_found ? "first bad commit:"
			      : "cannot tell: the first bad commit is one of these:");
		char *all = xasprintf("%s%s\n", text, h->bad);
		result = print_commits(h, all);
		free(all);
	}
	free(parent);
	free(text);
	return result == 0 && is_found ? 0 : STATUS_NO_VERDICT;
}

static int
search_history(struct history *h)
{
	struct bisect_point good, bad;
	int status = STATUS_NO_VERDICT, result;
	int have_good = make_point(&h->options, h->options.good, &good),
	    have_bad = make_point(&h->options, h->options.bad, &bad);

	if (have_good == 0 && have_bad == 0 &&
	    (status = bisection_measure_ends(&h->b, &good, &bad)) == 0) {
		while ((result = take_step(h)) > 0)
			continue;
		status = result == 0 ? print_history(h) : STATUS_NO_VERDICT;
	}
	release_point(&good);
	release_point(&bad);
	return status;
}

/* Finds both commits. Returns 0, or bench's exit status after a message. */
static int
resolve_ends(struct history *h, const struct bisect_options *o)
{
	h->good = xcalloc(1, sizeof(*h->good));
	h->options.good = h->good[0] = git_commit(o->tree, o->good);
	h->good_count = 1;
	char *bad = h->good[0] != NULL ? git_commit(o->tree, o->bad) : NULL;
	h->options.bad = bad;
	h->bad = bad != NULL ? xstrdup(bad) : NULL;
	if (bad == NULL)
		return STATUS_WRONG_USAGE;
	int is_ancestor =
	    strcmp(h->bad, h->good[0]) != 0 ? git_is_ancestor(o->tree, h->good[0], bad) : 0;
	if (is_ancestor == 0)
		warnx("--good %s is not an ancestor of --bad %s", o->good, o->bad);
	return is_ancestor > 0 ? 0 : is_ancestor == 0 ? STATUS_WRONG_USAGE : STATUS_NO_VERDICT;
}

int
bisect_commits(const struct bisect_options *o)
{
	struct history h = {.options = *o, .skipped = json_object()};
	int status = resolve_ends(&h, o);
	char *question = status == 0 ? bisect_question(&h.options) : NULL;

	if (question != NULL) {
		status = STATUS_NO_VERDICT;
		if (bisection_open(&h.b, &h.options, question) == 0)
			status = search_history(&h);
		bisection_close(&h.b);
	} else if (status == 0)
		status = STATUS_NO_VERDICT;
	free(question);
	json_decref(h.skipped);
	for (size_t i = 0; i < h.good_count; i++)
		free(h.good[i]);
	free(h.good);
	free(h.bad);
	free((char *)h.options.bad);
	return status;
}
