/* SPDX-License-Identifier: MIT */
#include "planner.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/status.h"
#include "image/archive.h"
#include "image/compress.h"
#include "image/early.h"
#include "input/experiments.h"
#include "input/items.h"
#include "input/manifests.h"
#include "kernel/kernel_proof.h"
#include "modules/modules.h"
#include "newc.h"
#include "options.h"
#include "plan/own_init.h"
#include "plan/plan.h"
#include "plan/skeleton.h"
#include "plan/source.h"
#include "resolve/closure.h"
#include "resolve/place.h"
#include "resolve/program_tree.h"
#include "resolve/script_body.h"
#include "view/loaded.h"
#include "words.h"

/* Splits an option's argument, which options_read() has checked. */
static char **
split_words(const char *text)
{
	char **words = words_split(text);

	if (words == NULL)
		message_err(FAILED, "cannot split %s", text);
	return words;
}

/* The functions that follow return the number of items that cannot be packed. */

static size_t
add_binaries(struct items *items, const char *names)
{
	char **words = split_words(names);
	size_t failed = 0;

	for (char **word = words; *word != NULL; word++)
		failed += items_add_binary(items, *word) != 0;
	free(words);
	return failed;
}

static size_t
add_modules(struct items *items, const char *names)
{
	char **words = split_words(names);
	int result = items_add_modules(items, words);

	free(words);
	return result != 0;
}

/* Plans the program of one -t; with `run`, runs the command and plans all files that it used. */
static size_t
add_trace(struct items *items, const char *text, bool run)
{
	char **words = split_words(text);
	int result = run ? items_add_trace(items, words, text)
			 : items_add_command(items, words[0], (struct plan_why){"-t", text});

	free(words);
	return result != 0;
}

/* Adds the files of -f that keep their path, or, with `moved`, the others. */
static size_t
add_files(struct items *items, const struct option_list *files, bool moved)
{
	size_t failed = 0;

	for (size_t i = 0; i < files->count; i++)
		if (items_moves(files->words[i]) == moved)
			failed += items_add_file(items, files->words[i]) != 0;
	return failed;
}

static size_t
add_named(struct items *items, const struct request *request)
{
	const struct options *options = request->options;
	size_t failed = 0;

	for (size_t i = 0; i < options->binaries.count; i++)
		failed += add_binaries(items, options->binaries.words[i]);
	for (size_t i = 0; i < options->traces.count; i++)
		failed += add_trace(items, options->traces.words[i], false);
	failed += manifests_plan(request->manifests, items, MANIFESTS_FILTERS);
	failed += manifests_plan(request->manifests, items, MANIFESTS_PROGRAMS);
	/* Files that keep their path come first, so that moved files cannot occupy these paths. */
	failed += manifests_plan(request->manifests, items, MANIFESTS_KEEPING);
	failed += add_files(items, &options->files, false);
	failed += manifests_plan(request->manifests, items, MANIFESTS_MOVED);
	failed += add_files(items, &options->files, true);
	failed += manifests_plan(request->manifests, items, MANIFESTS_ENTRIES);
	failed += manifests_plan(request->manifests, items, MANIFESTS_MODULES);
	for (size_t i = 0; i < options->modules.count; i++)
		failed += add_modules(items, options->modules.words[i]);
	failed += experiments_plan(request->experiments, items);
	failed += modules_plan(request->modules, request->source) != 0;
	return failed + (items_add_init(items) != 0);
}

static bool
has_traces(const struct request *request)
{
	return request->options->traces.count > 0 ||
	       manifests_have(request->manifests, MANIFEST_TRACE);
}

/*
 * Runs the commands of -t and of manifests, after all else is planned: packer runs nothing if the
 * image cannot be made.
 */
static size_t
run_traces(struct items *items, const struct request *request)
{
	const struct option_list *traces = &request->options->traces;
	size_t failed = 0;

	for (size_t i = 0; i < traces->count; i++)
		failed += add_trace(items, traces->words[i], true);
	failed += manifests_plan(request->manifests, items, MANIFESTS_TRACES);
	return failed;
}

/* Warns of images that --list, --check and the like cannot unpack. */
static void
warn_size(const struct plan *plan)
{
	uint64_t size = 0;

	for (size_t i = 0; i < plan->count; i++)
		size += newc_size((uint32_t)strlen(plan->entries[i]->path),
				  plan_size(plan->entries[i]));
	if (size > LOADED_LIMIT)
		message_warnx(
		    "note: the image unpacks to more than 2 GiB: packer can write it, but "
		    "--list and --check cannot read it; without -z they can");
}

/* Checks that need the complete plan. */
static size_t
check_plan(struct plan *plan, struct closure *closure, const struct request *request,
	   bool init_is_own)
{
	const struct options *options = request->options;
	size_t failed = 0;

	plan_sort(plan);
	skeleton_explain(plan);
	failed += skeleton_check(plan, init_is_own) != 0;
	failed += archive_check(plan) != 0;
	if (options->method != NULL)
		warn_size(plan);
	if (request->modules->kernel != NULL)
		failed += kernel_plan_prove(closure, request->modules->kernel, init_is_own,
					    options->method != NULL ? compress_name(options->method)
								    : NULL);
	return failed;
}

int
planner_run(struct plan *plan, const struct request *request)
{
	const struct source *source = request->source;
	const struct option_list *microcode = &request->options->microcode;
	const char *path = getenv("PATH");
	struct closure closure;
	struct items items;
	size_t failed = 0;

	/* In another system's tree only the standard directories are searched, not PATH. */
	closure_start(&closure, plan, source, path != NULL && source->root[0] == '\0' ? path : "");
	closure.libraries.reports_left_out = request->manifests->report_skipped;
	failed += skeleton_start(plan, source) != 0;
	failed += items_start(&items, &closure, request->options->init) != 0;
	items.modules = request->modules;
	failed += add_named(&items, request);
	failed += items_finish(&items) != 0;
	experiments_give_all(request->experiments, &closure);
	failed += place_links(&closure);
	failed += closure_run(&closure);
	if (failed == 0 && has_traces(request)) {
		failed += run_traces(&items, request);
		/* Again, since the runs opened files that need others. */
		failed += failed == 0 ? closure_run(&closure) : 0;
	}
	failed += manifests_unused_filters(&closure);
	failed += failed == 0 && closure_check_init(&closure) != 0;
	failed +=
	    skeleton_finish(plan, LULL_VERSION, items.init_is_own ? own_init_links : NULL) != 0;
	failed += failed == 0 ? experiments_check(request->experiments, plan) : 0;
	failed += early_plan(plan, source, microcode->words, microcode->count) != 0;
	failed += check_plan(plan, &closure, request, items.init_is_own);
	if (failed == 0) {
		rights_report(plan);
		program_tree_report(&items.trees, plan);
		script_body_report(&closure, false);
	}
	program_tree_free(&items.trees);
	closure_end(&closure);
	return failed == 0 && interrupt_signal() == 0 ? 0 : -1;
}
