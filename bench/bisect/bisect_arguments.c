/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "bisect/bisect_modes.h"
#include "bisect/bisect_question.h"
#include "bisect/least_set.h"
#include "console/outcome.h"
#include "host/memory.h"

static int
take_kernel(void *context, char **kernel, char **problem)
{
	(void)problem;
	*kernel = xstrdup(context);
	return 0;
}

/* The chosen words, to be freed. */
static char *
join_words(const struct bisect_list *words, const bool *chosen)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < words->count; i++) {
		if (!chosen[i])
			continue;
		char *longer = xasprintf("%s%s%s", text, text[0] != '\0' ? " " : "", words->at[i]);
		free(text);
		text = longer;
	}
	return text;
}

static void
make_point(struct least_set *set, const bool *chosen, struct bisect_point *point)
{
	const struct bisect_options *o = set->b->options;
	char *args = join_words(&o->words, chosen);

	*point = (struct bisect_point){.name = xasprintf("args %s", args),
				       .shown = args[0] != '\0' ? args : "none",
				       .args = args,
				       .kernel = take_kernel,
				       .context = (void *)o->kernels.at[0]};
}

static void
release_point(struct least_set *set, struct bisect_point *point)
{
	(void)set;
	free((char *)point->name);
	free((char *)point->args);
}

int
bisect_arguments(const struct bisect_options *o)
{
	char *question = bisect_question(o);
	bool *chosen = xcalloc(o->words.count, sizeof(*chosen));
	struct bisection b;
	int status = STATUS_NO_VERDICT;

	if (question != NULL) {
		struct least_set set = {&b, o->words.count, make_point, release_point, NULL};
		if (bisection_open(&b, o, question) == 0 &&
		    (status = least_set_find(&set, chosen)) == 0) {
			char *words = join_words(&o->words, chosen);
			printf("the least set of arguments: %s\n", words);
			free(words);
		}
		bisection_close(&b);
	}
	free(chosen);
	free(question);
	return status;
}
