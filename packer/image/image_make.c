/* SPDX-License-Identifier: MIT */
#include "image/image_make.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "base/output.h"
#include "image/archive.h"
#include "image/finish.h"
#include "image/proof.h"
#include "image/tree.h"
#include "plan/source.h"

int
image_make(const struct plan *plan, const struct source *source, struct output *output,
	   const struct compress_method *method, uint32_t time)
{
	char *staging = tree_staging(plan);
	struct finish finish = {.archive = -1};
	bool has_words = false;
	int result = -1;

	if (staging == NULL)
		return -1;
	if (tree_make(plan, staging, false) == 0 && output_open(output) == 0 &&
	    finish_start(&finish, plan, output, method) == 0) {
		const struct archive archive = {plan, source->root, staging, finish.archive, output->name, &has_words};
		result = archive_write(&archive);
		/* A file that changed is the better explanation of whatever went wrong. */
		if (interrupt_signal() == 0 && proof_sources(plan) != 0)
			result = -1;
		if (result == 0)
			result = proof_run(plan, finish.archive, output->name);
		if (result == 0 && has_words)
			result = proof_contents(plan, finish.archive, output->name);
		if (result == 0)
			result = finish_run(&finish, time);
	}
	finish_end(&finish);
	tree_remove(plan, staging);
	free(staging);
	return interrupt_signal() == 0 ? result : -1;
}
