/* SPDX-License-Identifier: MIT */
#include "study/study_machine.h"

#include <err.h>
#include <errno.h>

#include "base/die.h"
#include "boot/appliance.h"
#include "boot/kernel_line.h"
#include "boot/precheck.h"
#include "words.h"

bool
study_node_judge(struct study_node *node, const struct study *s, const struct study_line *line)
{
	const struct queue_boot boot = {.cell = cells_find(&s->cells, line->cell),
					.block = line->block,
					.outcome = line->outcome};

	node->failures = boot.cell < s->cells.count && queue_blames_machine(&s->queue, &boot)
			     ? node->failures + 1
			     : 0;
	node->is_given_up = node->failures >= s->plan.tries;
	return node->is_given_up;
}

int
study_machine_options(struct boot_options *options, struct study_paths *paths,
		      const struct study *s, size_t cell, size_t node)
{
	const struct study_plan *p = &s->plan;
	const size_t *items = s->cells.at[cell].items;
	char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	const struct plan_item *experiment =
	    &p->lists[PLAN_EXPERIMENTS].at[items[PLAN_EXPERIMENTS]];

	study_file_path(s, &s->kernels[items[PLAN_KERNELS]].file, paths->kernel);
	study_file_path(s, &s->images[items[PLAN_IMAGES]].file, paths->image);
	*options = (struct boot_options){
	    .kernel = paths->kernel,
	    .image = paths->image,
	    .args = p->lists[PLAN_ARGS].at[items[PLAN_ARGS]].text,
	    .memory_mib = p->memory_mib,
	    .cpus = p->cpus > 0 ? (unsigned)p->cpus : 1,
	    .timeout_s = p->timeout_s,
	    .experiment = experiment->text,
	    .exact = p->exact,
	    .json = true, /* no person is at the console */
	    .run = experiment->words,
	};
	if (study_plan_target(p, node, &options->target, &problem) != 0) {
		warnx("%.*s", (int)problem.used, buffer);
		return -1;
	}
	if (s->firmware.name[0] != '\0') {
		study_file_path(s, &s->firmware, paths->firmware);
		options->target.firmware = paths->firmware;
	}
	if (p->settings[PLAN_QEMU] == NULL)
		return 0;
	options->qemu_args = words_split(p->settings[PLAN_QEMU]);
	if (options->qemu_args == NULL)
		warn("cannot read the plan's qemu arguments");
	return options->qemu_args == NULL ? -1 : 0;
}

/* What `better` of an experiment says of its measures; NULL: nothing. */
static json_t *
directions_of(const struct experiment *e)
{
	json_t *all = e->better.count > 0 ? json_object() : NULL;

	for (size_t i = 0; i < e->better.count && all != NULL; i++) {
		char **words = e->better.values[i];
		json_t *name = json_string(words[1]);
		/* No measure has a name that is not UTF-8. */
		if (name != NULL &&
		    json_object_set_new(all, words[1], json_string(words[0])) != 0) {
			json_decref(all);
			all = NULL;
		}
		json_decref(name);
	}
	return all;
}

/* Checks that the kernel's command line has room for the padding of the highest layout. */
static int
check_layouts(const struct study *s, size_t cell, const struct boot_options *options)
{
	const struct kernel_line_request request = {.args = options->args,
						    .exact = true,
						    .layout = (unsigned)s->plan.layouts - 1,
						    .in_file = true};
	struct kernel_line line;

	if (s->plan.layouts < 2)
		return 0;
	if (kernel_line_make(&line, &request) == 0) {
		kernel_line_free(&line);
		return 0;
	}
	if (errno == E2BIG)
		warnx("%s: with the padding of %llu layouts the kernel's command line would be "
		      "longer than %d bytes",
		      s->cells.at[cell].name, (unsigned long long)s->plan.layouts, KERNEL_LINE_MAX);
	else
		warn("cannot create the kernel's command line");
	return -1;
}

/* Checks the cells of one image, which is opened once for all of them. */
static int
check_image(struct study *s, size_t image)
{
	struct boot_options options = {.cpus = 1};
	struct study_paths paths;
	struct contents contents;
	struct refusal refusal;
	int result = 0;

	study_file_path(s, &s->images[image].file, paths.image);
	if (contents_open(&contents, paths.image) != 0) {
		warn("cannot read image %s", paths.image);
		result = -1;
	}
	for (size_t cell = 0; cell < s->cells.count && result == 0; cell++) {
		if (s->cells.at[cell].items[PLAN_IMAGES] != image)
			continue;
		result = study_machine_options(&options, &paths, s, cell, 0);
		if (result == 0)
			result = check_layouts(s, cell, &options);
		struct experiment experiment = experiment_default();
		const struct precheck precheck = {&options, &contents, paths.kernel, false,
						  &experiment};
		if (result == 0 && !precheck_passes(&precheck, &refusal)) {
			warnx("%s: %s", s->cells.at[cell].name, refusal.text);
			result = -1;
		}
		s->has_several_commands[cell] |= experiment.run.count > 1;
		s->directions[cell] = directions_of(&experiment);
		if (result == 0 && experiment.better.count > 0 && s->directions[cell] == NULL) {
			warnx("cannot read an experiment: out of memory");
			result = -1;
		}
		experiment_free(&experiment);
		boot_options_free(&options);
	}
	contents_close(&contents);
	return result;
}

/* Checks the kernels, but not for a laboratory, whose machine may be of any architecture. */
static int
check_kernels(const struct study *s)
{
	const struct plan_list *kernels = &s->plan.lists[PLAN_KERNELS];
	struct boot_options options = {.cpus = 1};
	struct study_paths paths;
	int result = study_machine_options(&options, &paths, s, 0, 0);
	bool is_laboratory = result == 0 && target_options_laboratory(&options.target) != NULL;

	for (size_t i = 0; i < kernels->count && result == 0 && !is_laboratory; i++) {
		study_file_path(s, &s->kernels[i].file, paths.kernel);
		int is_kernel = appliance_check_kernel(paths.kernel);
		if (is_kernel == 0)
			warnx("kernel %s: %s is neither a bzImage nor an ELF file",
			      kernels->at[i].label, kernels->at[i].text);
		result = is_kernel > 0 ? 0 : -1;
	}
	boot_options_free(&options);
	return result;
}

int
study_machine_check(struct study *s)
{
	if (check_kernels(s) != 0)
		return -1;
	for (size_t i = 0; i < s->plan.lists[PLAN_IMAGES].count; i++)
		if (check_image(s, i) != 0)
			return -1;
	return 0;
}

int
study_machine_choose(const struct study *s, enum accel *accel, struct kvm *kvm)
{
	static struct appliance appliance;
	struct boot_options options;
	struct study_paths paths;
	int result = -1;

	*kvm = (struct kvm){.answer = KVM_UNKNOWN};
	*accel = ACCEL_TCG;
	if (study_machine_options(&options, &paths, s, 0, 0) != 0)
		goto free_options;
	if (appliance_prepare(&appliance, &options, NULL) != 0)
		goto free_appliance;
	if (appliance.problem == MACHINE_MISSING) {
		warnx("cannot find %s: install Debian's package qemu-system-x86", QEMU_PROGRAM);
		goto free_appliance;
	}
	result = 0;
	if (appliance.problem == MACHINE_UNKNOWN) {
		kvm_choose(kvm, &appliance.machine);
		if (kvm->answer == KVM_SIGNAL)
			die_of(kvm->signal);
		*accel = appliance.machine.accel;
	}
free_appliance:
	appliance_free(&appliance);
free_options:
	boot_options_free(&options);
	return result;
}
