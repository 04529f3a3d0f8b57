/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/output.h"
#include "base/status.h"
#include "host/standard.h"
#include "image/archive.h"
#include "image/tree.h"
#include "input/experiments.h"
#include "input/manifests.h"
#include "kernel/kernel.h"
#include "modules/modules.h"
#include "options.h"
#include "plan/plan.h"
#include "plan/print.h"
#include "plan/source.h"
#include "planner.h"
#include "sbom/sbom.h"
#include "text.h"
#include "view/view.h"

static void __attribute__((noreturn)) exit_with_usage(void)
{
	fputs(options_usage, stderr);
	exit(WRONG_USAGE);
}

static void __attribute__((noreturn)) print_and_exit(const char *text)
{
	if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
		message_err(FAILED, "cannot write to standard output");
	exit(DONE);
}

/* Returns the files' time: SOURCE_DATE_EPOCH (reproducible-builds.org), or the default. */
static uint32_t
read_time(void)
{
	const char *value = getenv("SOURCE_DATE_EPOCH");
	uint64_t time = TIMES_DEFAULT;

	if (value != NULL && text_parse_number(value, UINT32_MAX, &time) != 0)
		message_err(WRONG_USAGE, "invalid SOURCE_DATE_EPOCH=%s", value);
	return (uint32_t)time;
}

/* Prints the image's name, number of files and size, if standard error is a terminal. */
static void
print_summary(const struct plan *plan, const struct output *output)
{
	struct stat stat_of_it;
	size_t files = 0;

	if (!isatty(STDERR_FILENO) || fstat(output->fd, &stat_of_it) != 0)
		return;
	for (size_t i = 0; i < plan->count; i++)
		files += plan->entries[i]->type == PLAN_FILE;
	print_name(stderr, output->name);
	fprintf(stderr, ": %zu file%s, %.1f MiB\n", files, text_plural(files),
		(double)stat_of_it.st_size / (1024 * 1024));
}

/* The state of one run. */
struct job {
	struct options options;
	bool makes_image, makes_tree, makes_bill;
	uint32_t time;
	struct manifests manifests;
	struct experiments experiments;
	char *sysroot;
	struct source source;
	struct kernel kernel;
	struct modules modules;
	struct plan plan;
	struct sbom sbom;
	struct output image, bill;
};

/* Reads options, manifests and experiments. Exits if they are invalid, and after --help. */
static void
read_inputs(struct job *job, int argc, char *argv[])
{
	struct options *options = &job->options;

	if (options_read(argc, argv, options) != 0)
		exit_with_usage();
	if (options->help || options->version)
		print_and_exit(options->help ? options_usage : "packer " LULL_VERSION "\n");
	job->time = read_time();
	job->manifests.report_skipped = options->plan || isatty(STDERR_FILENO);
	int status =
	    manifests_read(&job->manifests, options->manifests.words, options->manifests.count);
	int wrong = experiments_read(&job->experiments, options->experiments.words,
				     options->experiments.count);
	if (status != 0 || wrong != 0)
		exit(status > wrong ? status : wrong);
	if (options->sysroot != NULL &&
	    (options->traces.count > 0 || manifests_have(&job->manifests, MANIFEST_TRACE))) {
		message_warnx("cannot use -t with -r: the command would run on this machine, not "
			      "on that of %s",
			      options->sysroot);
		exit_with_usage();
	}
	job->makes_image = !options->plan && (options->tree == NULL || options->output != NULL);
	job->makes_tree = !options->plan && options->tree != NULL;
	job->makes_bill = !options->plan && options->sbom != NULL;
	/* Microcode is placed in front of an image; a tree has none. */
	if (job->makes_tree && !job->makes_image)
		options->microcode.count = 0;
}

/* Checks the paths of the image and its bill of materials before any work is done. */
static int
start_outputs(struct job *job)
{
	const char *name = job->options.output != NULL ? job->options.output : "initramfs.cpio";

	if (job->makes_image && output_start(&job->image, name) != 0)
		return -1;
	if (!job->makes_bill)
		return 0;
	if (output_start(&job->bill, job->options.sbom) != 0)
		return -1;
	if (!job->makes_image || !output_is_same(&job->image, &job->bill))
		return 0;
	message_warnx("cannot write %s: the image and its bill of materials need two files",
		      job->options.sbom);
	return -1;
}

/* Finds the system and the kernel that the image is made from. */
static int
find_sources(struct job *job)
{
	const struct options *options = &job->options;

	if (options->sysroot != NULL && (job->sysroot = source_root(options->sysroot)) == NULL) {
		message_warn("cannot use -r %s", options->sysroot);
		return -1;
	}
	job->source = (struct source){job->sysroot != NULL ? job->sysroot : "",
				      {job->image.replaced, job->bill.replaced}};
	if (options->kernel != NULL &&
	    kernel_find(&job->kernel, &job->source, options->kernel) != 0)
		return -1;
	job->modules.kernel = options->kernel != NULL ? &job->kernel : NULL;
	return job->makes_tree ? tree_check(options->tree) : 0;
}

/* Renames the outputs to their names, the image last. An output that was not made has fd -1. */
static int
commit(struct output *image, struct output *bill)
{
	if (bill->fd >= 0 && output_commit(bill) != 0)
		return -1;
	if (image->fd < 0 || output_commit(image) == 0)
		return 0;
	/* The bill would describe an image that does not exist. */
	if (bill->fd >= 0)
		unlink(bill->path);
	return -1;
}

/* Makes all outputs of the plan, or none. */
static int
make_outputs(struct job *job)
{
	const struct options *options = &job->options;
	struct plan *plan = &job->plan;
	int result = 0;

	times_set(plan, job->time);
	if (options->plan && (result = print_plan(plan)) != 0 && interrupt_signal() == 0)
		message_warn("cannot write to standard output");
	if (job->makes_bill)
		result = sbom_start(&job->sbom, plan, &job->source, job->kernel.file,
				    job->kernel.release);
	if (job->makes_image && result == 0)
		result = image_make(plan, &job->source, &job->image, options->method, job->time);
	if (job->makes_bill && result == 0)
		result = sbom_write(&job->sbom, job->makes_image ? job->image.name : options->tree,
				    job->image.fd, job->time, &job->bill);
	if (job->makes_tree && result == 0)
		result = tree_write(plan, options->tree);
	/* Last, so that no image remains if anything failed. */
	return result == 0 ? commit(&job->image, &job->bill) : result;
}

/* Frees everything, and removes outputs that were not committed. */
static void
free_job(struct job *job)
{
	output_end(&job->image);
	output_end(&job->bill);
	modules_end(&job->modules);
	sbom_end(&job->sbom);
	plan_free(&job->plan);
	kernel_free(&job->kernel);
	experiments_free(&job->experiments);
	manifests_free(&job->manifests);
	free(job->sysroot);
	options_free(&job->options);
}

int
main(int argc, char *argv[])
{
	struct job job = {.image = {.fd = -1}, .bill = {.fd = -1}};
	const struct request request = {&job.options, &job.manifests, &job.experiments, &job.source,
					&job.modules};

	if (standard_open() != 0)
		message_err(FAILED, "cannot open /dev/null");
	/* Without options packer would replace an existing image by an empty one. */
	if (argc == 1)
		exit_with_usage();
	int result = view_run(argv);
	if (result == WRONG_USAGE)
		exit_with_usage();
	if (result >= 0)
		return result;
	read_inputs(&job, argc, argv);
	umask(0);
	interrupt_catch();
	result = start_outputs(&job);
	if (result == 0)
		result = find_sources(&job);
	if (result == 0)
		result = planner_run(&job.plan, &request);
	if (result == 0)
		result = make_outputs(&job);
	if (result == 0 && job.makes_image)
		print_summary(&job.plan, &job.image);
	free_job(&job);
	interrupt_obey();
	return result == 0 ? DONE : FAILED;
}
