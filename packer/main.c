/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply.h"
#include "archive.h"
#include "closure.h"
#include "compress.h"
#include "experiments.h"
#include "early.h"
#include "finish.h"
#include "interrupt.h"
#include "kernel.h"
#include "kernel_plan.h"
#include "memory.h"
#include "modules.h"
#include "options.h"
#include "output.h"
#include "own_init.h"
#include "payload.h"
#include "place.h"
#include "plan.h"
#include "print.h"
#include "proof.h"
#include "sbom.h"
#include "skeleton.h"
#include "source.h"
#include "text.h"
#include "tree.h"
#include "view.h"
#include "words.h"

static void __attribute__((noreturn)) end_for_usage(void)
{
	fputs(options_usage, stderr);
	exit(WRONG_USAGE);
}

static void __attribute__((noreturn)) end_with(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
		err(FAILED, "cannot write to standard output");
	exit(DONE);
}

/*
 * A standard stream that is closed would be the next file that is opened: the image, say, with messages in it. Reading
 * /dev/null only makes writing to it the error that it was.
 */
static void
open_standard(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0 && fd <= STDERR_FILENO)
		;
	if (fd < 0)
		err(FAILED, "cannot open /dev/null");
	close(fd);
}

/* The time of all files: SOURCE_DATE_EPOCH (reproducible-builds.org), or 1970. */
static uint32_t
read_time(void)
{
	const char *value = getenv("SOURCE_DATE_EPOCH");
	uint64_t time = 0;

	if (value != NULL && text_parse_number(value, UINT32_MAX, &time) != 0)
		err(WRONG_USAGE, "cannot use SOURCE_DATE_EPOCH=%s", value);
	return (uint32_t)time;
}

/* The programs of one -b. Returns the number of those that cannot be packed. */
static size_t
add_binaries(struct payload *payload, const char *names)
{
	char **words = words_split(names);
	size_t failed = 0;

	if (words == NULL) {
		warnx("cannot use -b %s: a quote is not closed", names);
		end_for_usage();
	}
	for (char **word = words; *word != NULL; word++)
		failed += payload_binary(payload, *word) != 0;
	free(words);
	return failed;
}

/* The modules of one -m. */
static size_t
add_modules(struct payload *payload, const char *names)
{
	char **words = words_split(names);

	if (words == NULL || words[0] == NULL) {
		warnx("cannot use -m \"%s\": %s", names, words == NULL ? "a quote is not closed" : "it names nothing");
		end_for_usage();
	}
	int result = modules_want(payload->modules, payload, words);
	free(words);
	return result != 0;
}

/* The program of one -t, or, with `run`, all that the command comes to. Returns the number of what cannot be packed. */
static size_t
add_trace(struct payload *payload, const char *text, bool run)
{
	char **words = words_split(text);

	if (words == NULL || words[0] == NULL) {
		warnx("cannot use -t \"%s\": %s", text, words == NULL ? "a quote is not closed" : "it names nothing");
		end_for_usage();
	}
	int result = run ? payload_trace(payload, words, text)
			 : payload_program(payload, words[0], (struct plan_why){"-t", text});
	free(words);
	return result != 0;
}

/*
 * Runs what is to be traced, once what is needed anyway is planned: nothing is run for an image that there will not be.
 * Returns the number of what cannot be packed.
 */
static size_t
run_traces(struct payload *payload, const struct options *options, const struct apply *apply)
{
	size_t failed = 0;

	if (options->trace_count == 0 && !apply_has(apply, MANIFEST_TRACE))
		return 0;
	for (size_t i = 0; i < options->trace_count; i++)
		failed += add_trace(payload, options->traces[i], true);
	failed += apply_turn(apply, payload, APPLY_TRACES);
	return failed == 0 ? closure_run(payload->closure) : failed;
}

/* Plans everything. All that is missing is told before this fails. */
static int
make_plan(struct plan *plan, const struct source *source, const struct options *options, const struct apply *apply,
	  const struct experiments *experiments, struct modules *modules)
{
	const char *path = getenv("PATH");
	struct closure closure;
	struct payload payload;
	size_t failed = 0;

	/* Another system's programs are where they usually are there. */
	closure_start(&closure, plan, source, path != NULL && source->root[0] == '\0' ? path : "");
	closure.libraries.tell = apply->tell;
	failed += skeleton_start(plan, source) != 0;
	failed += payload_start(&payload, &closure, options->init) != 0;
	payload.modules = modules;
	for (size_t i = 0; i < options->binary_count; i++)
		failed += add_binaries(&payload, options->binaries[i]);
	for (size_t i = 0; i < options->trace_count; i++)
		failed += add_trace(&payload, options->traces[i], false);
	failed += apply_turn(apply, &payload, APPLY_FILTERS) + apply_turn(apply, &payload, APPLY_PROGRAMS);
	/* What keeps its path first: a file that is put elsewhere must not take the place of one. */
	for (int moved = 0; moved <= 1; moved++) {
		failed += apply_turn(apply, &payload, moved ? APPLY_MOVED : APPLY_KEEPING);
		for (size_t i = 0; i < options->file_count; i++)
			if (payload_has_destination(options->files[i]) == moved)
				failed += payload_file(&payload, options->files[i]) != 0;
	}
	failed += apply_turn(apply, &payload, APPLY_ENTRIES);
	failed += apply_turn(apply, &payload, APPLY_MODULES);
	for (size_t i = 0; i < options->module_count; i++)
		failed += add_modules(&payload, options->modules[i]);
	failed += experiments_plan(experiments, &payload);
	failed += modules_plan(modules, source) != 0;
	failed += payload_init(&payload) != 0;
	failed += payload_finish(&payload) != 0;
	failed += place_links(&closure);
	failed += closure_run(&closure);
	failed += failed == 0 ? run_traces(&payload, options, apply) : 0;
	failed += apply_unused_filters(&closure);
	failed += failed == 0 && closure_check_init(&closure) != 0;
	failed += skeleton_finish(plan, LULL_VERSION, payload.init_is_own ? own_init_links : NULL) != 0;
	failed += failed == 0 ? experiments_check(experiments, plan) : 0;
	failed += early_plan(plan, source, options->microcode, options->microcode_count) != 0;
	plan_sort(plan);
	skeleton_explain(plan);
	failed += skeleton_check(plan, payload.init_is_own) != 0;
	failed += archive_check(plan) != 0;
	if (modules->kernel != NULL)
		failed += kernel_plan_prove(&closure, modules->kernel, payload.init_is_own,
					    options->method != NULL ? compress_name(options->method) : NULL);
	closure_end(&closure);
	return failed == 0 && interrupt_signal() == 0 ? 0 : -1;
}

/* On a terminal, what was made. */
static void
tell(const struct plan *plan, const struct output *output)
{
	struct stat stat_of_it;
	size_t files = 0;

	if (!isatty(STDERR_FILENO) || fstat(output->fd, &stat_of_it) != 0)
		return;
	for (size_t i = 0; i < plan->count; i++)
		files += plan->entries[i]->type == PLAN_FILE;
	print_name(stderr, output->name);
	fprintf(stderr, ": %zu files, %.1f MiB\n", files, (double)stat_of_it.st_size / (1024 * 1024));
}

/* Makes the image, which is in its place only when it is committed. */
static int
write_image(const struct plan *plan, const struct source *source, struct output *output,
	    const struct compress_method *method, uint32_t time)
{
	char *staging = tree_staging(plan);
	struct finish finish = {.archive = -1};
	int result = -1;

	if (staging == NULL)
		return -1;
	if (tree_make(plan, staging, false) == 0 && output_open(output) == 0 &&
	    finish_start(&finish, plan, output, method) == 0) {
		const struct archive archive = {plan, source->root, staging, finish.archive, output->name};
		result = archive_write(&archive);
		/* A file that changed is the better explanation of whatever went wrong. */
		if (interrupt_signal() == 0 && proof_sources(plan) != 0)
			result = -1;
		if (result == 0)
			result = proof_run(plan, finish.archive, output->name, time);
		if (result == 0)
			result = finish_run(&finish, time);
	}
	finish_end(&finish);
	tree_remove(plan, staging);
	free(staging);
	return interrupt_signal() == 0 ? result : -1;
}

/* Where the image goes, if one is made, and its bill of materials. */
static int
start_outputs(const struct options *options, bool is_made, struct output *image, struct output *bill)
{
	if (is_made && output_start(image, options->output != NULL ? options->output : "initramfs.cpio") != 0)
		return -1;
	if (options->sbom == NULL || options->plan)
		return 0;
	if (output_start(bill, options->sbom) != 0)
		return -1;
	if (!is_made || !output_is_same(image, bill))
		return 0;
	warnx("cannot write %s: the image and its bill of materials need two files", options->sbom);
	return -1;
}

/* Puts what was made in its place, the image last; one that was not made has no file open. */
static int
commit(struct output *image, struct output *bill)
{
	if (bill->fd >= 0 && output_commit(bill) != 0)
		return -1;
	if (image->fd < 0 || output_commit(image) == 0)
		return 0;
	/* It would tell of what is not there. */
	if (bill->fd >= 0)
		unlink(bill->path);
	return -1;
}

int
main(int argc, char *argv[])
{
	struct options options = {.output = NULL};
	struct source source = {.root = ""};
	char *sysroot = NULL;
	struct plan plan = {.count = 0};
	struct apply manifests = {.count = 0};
	struct experiments experiments = {.count = 0};
	struct kernel kernel = {.file = NULL};
	struct modules modules = {.kernel = NULL};
	struct output output = {.fd = -1}, bill = {.fd = -1};
	struct sbom sbom = {.files = NULL};
	int result = -1;

	open_standard();
	if ((result = view_run(argv)) >= 0 && result != WRONG_USAGE)
		return result;
	if (result == WRONG_USAGE || options_read(argc, argv, &options) != 0)
		end_for_usage();
	if (options.help || options.version)
		end_with(options.help ? options_usage : "packer " LULL_VERSION "\n");
	uint32_t time = read_time();
	manifests.tell = options.plan || isatty(STDERR_FILENO);
	int status = apply_read(&manifests, options.manifests, options.manifest_count);
	int wrong = experiments_read(&experiments, options.experiments, options.experiment_count);
	if (status != 0 || wrong != 0)
		exit(status > wrong ? status : wrong);
	if (options.sysroot != NULL && (options.trace_count > 0 || apply_has(&manifests, MANIFEST_TRACE))) {
		warnx("cannot use -t with -r: the command would run on this machine, not on that of %s",
		      options.sysroot);
		end_for_usage();
	}
	bool image = !options.plan && (options.tree == NULL || options.output != NULL);
	bool tree = !options.plan && options.tree != NULL;
	bool has_bill = options.sbom != NULL && !options.plan;
	/* It is in front of an image, and in no tree. */
	if (!image && !options.plan)
		options.microcode_count = 0;
	umask(0);
	interrupt_catch();
	if (start_outputs(&options, image, &output, &bill) != 0)
		goto out;
	if (options.sysroot != NULL && (sysroot = source_root(options.sysroot)) == NULL) {
		warn("cannot use -r %s", options.sysroot);
		goto out;
	}
	source = (struct source){sysroot != NULL ? sysroot : "", {output.replaced, bill.replaced}};
	if (options.kernel != NULL && kernel_find(&kernel, &source, options.kernel) != 0)
		goto out;
	modules.kernel = options.kernel != NULL ? &kernel : NULL;
	if ((tree && tree_check(options.tree) != 0) ||
	    make_plan(&plan, &source, &options, &manifests, &experiments, &modules) != 0)
		goto out;
	result = 0;
	if (options.plan && (result = print_plan(&plan)) != 0 && interrupt_signal() == 0)
		warn("cannot write to standard output");
	if (has_bill)
		result = sbom_start(&sbom, &plan, &source, kernel.file, kernel.release);
	if (image && result == 0)
		result = write_image(&plan, &source, &output, options.method, time);
	if (has_bill && result == 0)
		result = sbom_write(&sbom, image ? output.name : options.tree, output.fd, time, &bill);
	if (tree && result == 0)
		result = tree_write(&plan, options.tree);
	/* Last, so that no image is there when anything failed. */
	if (result == 0 && (result = commit(&output, &bill)) == 0 && image)
		tell(&plan, &output);
out:
	output_end(&output);
	modules_end(&modules);
	output_end(&bill);
	sbom_end(&sbom);
	plan_free(&plan);
	kernel_free(&kernel);
	experiments_free(&experiments);
	apply_free(&manifests);
	free(sysroot);
	options_free(&options);
	interrupt_obey();
	return result == 0 ? DONE : FAILED;
}
