/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "bisect/bisect_modes.h"
#include "bisect/bisect_question.h"
#include "console/outcome.h"
#include "host/memory.h"

static int
take_kernel(void *context, char **kernel, char **problem)
{
	(void)problem;
	*kernel = xstrdup(context);
	return 0;
}

/* A point of the list; its name, to be freed. */
static struct bisect_point
point_of(const struct bisect_options *o, size_t index, char **name)
{
	*name = xasprintf("kernel %zu", index + 1);
	return (struct bisect_point){.name = *name,
				     .shown = o->kernels.at[index],
				     .args = "",
				     .kernel = take_kernel,
				     .context = (void *)o->kernels.at[index]};
}

/* Returns 0, or -1 after a message. */
static int
search_list(struct bisection *b, struct search *search)
{
	enum search_verdict verdict;
	size_t index;
	char *name;

	while (search_next(search, &index)) {
		const struct bisect_point point = point_of(b->options, index, &name);
		int result = bisection_judge(b, &point, &verdict);
		free(name);
		if (result != 0)
			return -1;
		search_take(search, index, verdict);
	}
	return 0;
}

/* Prints the answer. Returns bench's exit status. */
static int
print_list(const struct bisection *b, const struct search *search)
{
	const struct bisect_list *kernels = &b->options->kernels;
	const size_t indexes[] = {0, search->good, search->bad, kernels->count - 1};
	static const char *const roles[] = {"good end", "last good", "first bad", "bad end"};
	struct bisect_row rows[4];
	size_t count = 0;

	for (size_t i = 0; i < 4; i++)
		if (i == 0 || i == 2 || indexes[i] != indexes[i == 1 ? 0 : 2])
			rows[count++] =
			    (struct bisect_row){roles[i], xasprintf("kernel %zu", indexes[i] + 1),
						kernels->at[indexes[i]]};
	int result = bisection_print(b, rows, count);
	for (size_t i = 0; i < count; i++)
		free((char *)rows[i].name);
	bool is_found = search->good + 1 == search->bad;
	if (is_found)
		printf("first bad kernel: %s\n", kernels->at[search->bad]);
	else
		puts("cannot tell: the first bad kernel is one of these:");
	for (size_t i = search->good + 1; i <= search->bad && !is_found; i++)
		printf("  %s\n", kernels->at[i]);
	return result == 0 && is_found ? 0 : STATUS_NO_VERDICT;
}

int
bisect_kernels(const struct bisect_options *o)
{
	char *question = bisect_question(o), *first, *last;
	const struct bisect_point good = point_of(o, 0, &first);
	const struct bisect_point bad = point_of(o, o->kernels.count - 1, &last);
	struct search search;
	struct bisection b;
	int status = STATUS_NO_VERDICT;

	if (question == NULL)
		goto out;
	search_start(&search, o->kernels.count);
	if (bisection_open(&b, o, question) == 0 &&
	    (status = bisection_measure_ends(&b, &good, &bad)) == 0)
		status =
		    search_list(&b, &search) == 0 ? print_list(&b, &search) : STATUS_NO_VERDICT;
	bisection_close(&b);
	search_free(&search);
out:
	free(question);
	free(first);
	free(last);
	return status;
}
