/* SPDX-License-Identifier: MIT */
/* Keys of a plan that make lists: what is combined, and what of it twice. */
#include "study/study_plan_keys.h"

#include <stdlib.h>
#include <string.h>

#include "boot/kernel_line.h"
#include "words.h"

bool
study_plan_is_label(const char *word)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
	size_t length = strlen(word);

	return length > 0 && length <= PLAN_LABEL_MAX && strspn(word, allowed) == length;
}

const char study_plan_no_label[] = "has a label that is none: 1 to 64 of a-z A-Z 0-9 . _ + -";

static const char *
check_label(const struct plan_list *list, const char *label)
{
	if (*label == '\0')
		return "needs a label first";
	if (list->count == PLAN_LIST_MAX)
		return "repeats more than 10000 times";
	if (!study_plan_is_label(label))
		return study_plan_no_label;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->at[i].label, label) == 0)
			return "has a label that another one has already";
	return NULL;
}

/* Adds an item; the strings are copied, `words` becomes its own in any case. */
static const char *
add_item(struct plan_list *list, const char *label, const char *text, const char *config, char **words)
{
	struct plan_item item = {
	    label != NULL ? strdup(label) : NULL,
	    text != NULL ? strdup(text) : NULL,
	    config != NULL ? strdup(config) : NULL,
	    words,
	};
	struct plan_item *more = NULL;

	if ((label == NULL || item.label != NULL) && (text == NULL || item.text != NULL) &&
	    (config == NULL || item.config != NULL))
		more = realloc(list->at, (list->count + 1) * sizeof(*more));
	if (more == NULL) {
		free(item.label);
		free(item.text);
		free(item.config);
		free(words);
		return study_plan_no_memory;
	}
	list->at = more;
	list->at[list->count++] = item;
	return NULL;
}

/* Files: one, or with `more` two. */
static const char *
set_files(struct plan_list *list, char *value, bool more)
{
	char *rest = study_plan_cut_word(value);
	const char *why = check_label(list, value);

	if (why != NULL)
		return why;
	char **words = words_split(rest);
	if (words == NULL)
		return study_plan_why_not_words();
	size_t count = words_count(words);
	if (count < 1 || words[0][0] == '\0')
		why = "needs a file behind the label";
	else if (count > (more ? 2 : 1))
		why = "has too many words: quote a name that holds blanks";
	else
		why = add_item(list, value, words[0], count > 1 ? words[1] : NULL, NULL);
	free(words);
	return why;
}

const char *
study_plan_set_kernel(struct study_plan *p, int which, char *value)
{
	return set_files(&p->lists[which], value, true);
}

const char *
study_plan_set_file(struct study_plan *p, int which, char *value)
{
	return set_files(&p->lists[which], value, false);
}

const char *
study_plan_set_words(struct study_plan *p, int which, char *value)
{
	char *rest = study_plan_cut_word(value);
	const char *why = check_label(&p->lists[which], value);

	if (why != NULL)
		return why;
	char **words = words_split(rest);
	if (words == NULL)
		return study_plan_why_not_words();
	if (words[0] == NULL) {
		free(words);
		return "needs words behind the label";
	}
	return add_item(&p->lists[which], value, NULL, NULL, words);
}

const char *
study_plan_set_args(struct study_plan *p, int which, char *value)
{
	struct experiment e = experiment_default();
	static char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer) - 1);
	char *rest = study_plan_cut_word(value);
	const char *why = check_label(&p->lists[which], value);

	if (why == NULL && kernel_line_check(rest, &e, &problem) != 0) {
		buffer[problem.used] = '\0';
		why = buffer;
	}
	experiment_free(&e);
	return why != NULL ? why : add_item(&p->lists[which], value, rest, NULL, NULL);
}

const char *
study_plan_set_experiment(struct study_plan *p, int which, char *value)
{
	char *label = study_plan_cut_word(value);

	if (*label == '\0')
		label = value;
	else if (*study_plan_cut_word(label) != '\0')
		return "has too many words: give NAME and, if it is to be another, LABEL";
	if (!study_plan_is_label(value))
		return "needs the name of an experiment in the images";
	const char *why = check_label(&p->lists[which], label);
	return why != NULL ? why : add_item(&p->lists[which], label, value, NULL, NULL);
}

const char *
study_plan_set_twice(struct study_plan *p, int which, char *value)
{
	(void)which;
	return *value == '\0' ? "needs a pattern of cells' names" : add_item(&p->twice, NULL, value, NULL, NULL);
}
