/* SPDX-License-Identifier: MIT */
/* bench run: runs a study from its plan. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "answer/answer_print.h"
#include "base/die.h"
#include "cmd/subcommand.h"
#include "console/outcome.h"
#include "study/study.h"
#include "study/study_commands.h"
#include "study/study_machine.h"
#include "study/study_progress.h"
#include "study/study_run.h"
#include "text.h"

enum { OPTION_OVERSUBSCRIBE = 256, OPTION_EXTEND };

struct run_options {
	const char *plan, *folder;
	struct study_rules rules;
	bool extend, help;
};

static int
read_option(struct run_options *o, int option, const char *value)
{
	uint64_t number;

	switch (option) {
	case 'o':
		o->folder = value;
		return 0;
	case 'j':
		if (text_parse_number(value, STUDY_JOBS_MAX, &number) != 0 || number == 0) {
			warnx("-j %s: give a whole number from 1 to %d", value, STUDY_JOBS_MAX);
			return -1;
		}
		o->rules.jobs = (unsigned)number;
		o->rules.is_pinned = true;
		return 0;
	case OPTION_OVERSUBSCRIBE:
		o->rules.oversubscribe = true;
		return 0;
	case OPTION_EXTEND:
		o->extend = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		/* getopt_long(3) has printed the error. */
		return -1;
	}
}

static int
read_options(struct run_options *o, int argc, char *argv[])
{
	static const struct option longs[] = {
	    {"oversubscribe", no_argument, NULL, OPTION_OVERSUBSCRIBE},
	    {"extend", no_argument, NULL, OPTION_EXTEND},
	    {"help", no_argument, NULL, 'h'},
	    {0}};
	static char name[] = "bench run";
	int option;

	*o = (struct run_options){.rules = {.jobs = 1}};
	argv[0] = name;
	optind = 1;
	while ((option = getopt_long(argc, argv, "o:j:h", longs, NULL)) != -1)
		if (read_option(o, option, optarg) != 0)
			return -1;
	if (o->help)
		return 0;
	if (optind == argc || o->folder == NULL) {
		warnx("%s: bench run PLAN -o DIR",
		      optind == argc ? "name a plan" : "name a folder for the study");
		return -1;
	}
	if (optind + 1 < argc) {
		warnx("%s: one plan at a time", argv[optind + 1]);
		return -1;
	}
	o->plan = argv[optind];
	return 0;
}

static bool
has_come_up(const struct study *s)
{
	for (size_t i = 0; i < s->queue.kernel_count; i++)
		if (s->queue.kernels[i].came_up)
			return true;
	return false;
}

/* Warns about boots that count but did not report the value of `precision`. */
static void
report_precision(const struct study *s)
{
	uint64_t counted = 0, values = 0;

	if (s->plan.precision_of == NULL)
		return;
	for (size_t i = 0; i < s->queue.count; i++) {
		counted += s->queue.cells[i].counted;
		values += s->queue.cells[i].values.count;
	}
	if (values == 0)
		warnx("precision %s: no boot reported it", s->plan.precision_of);
	else if (values < counted)
		warnx("precision %s: %llu of %llu boots did not report it", s->plan.precision_of,
		      (unsigned long long)(counted - values), (unsigned long long)counted);
}

/* Results under KVM and under TCG cannot be compared. */
static bool
is_same_machine(const struct study *s, const struct study_rules *rules)
{
	const char *accel = qemu_accel_name(rules->accel);

	if (s->accel[0] == '\0' || strcmp(s->accel, accel) == 0)
		return true;
	warnx("%s: its boots used %s, but boots here would use %s: the results cannot be compared",
	      s->path, s->accel, accel);
	return false;
}

/* Prints the results, unless there are no measures or only one cell. */
static int
print_answer(struct study *s)
{
	const struct answer_options options = {.margin = ANSWER_MARGIN};
	struct answer answer;
	int result = answer_make(&answer, s, &options);

	if (result == 0 && answer.count > 0 && s->cells.count > 1) {
		putchar('\n');
		result = answer_print(&answer, &options, ANSWER_TEXT);
	}
	answer_free(&answer);
	return result;
}

/* Prints the study's state and its answer. Returns bench's exit status. */
static int
finish_study(struct study *s, int result)
{
	bool is_whole = true;

	for (size_t i = 0; i < s->queue.count; i++)
		is_whole &= s->queue.cells[i].state == CELL_DONE;
	if (study_progress_table(s, 0) != 0 || print_answer(s) != 0)
		return STATUS_NO_VERDICT;
	bool is_over = queue_left(&s->queue) == 0;
	if (result != 0 && !is_over)
		warnx("%s: not finished; run the same command again to continue", s->path);
	if (result > 0 && !is_over)
		die_of(result);
	if (result < 0)
		return STATUS_NO_VERDICT;
	report_precision(s);
	return is_whole ? 0 : 1;
}

/* A machine of a laboratory boots one cell at a time. */
static int
check_jobs(const struct study_plan *p, struct study_rules *rules)
{
	const char *only = p->settings[p->settings[PLAN_TARGET] != NULL ? PLAN_TARGET : PLAN_TTY];

	if (p->node_count > 0 && rules->is_pinned)
		warnx("-j %u: the plan's nodes all boot at once, each one cell at a time",
		      rules->jobs);
	else if (p->node_count == 0 && rules->jobs > 1 && only != NULL)
		warnx("-j %u: there is one machine at %s", rules->jobs, only);
	else {
		rules->jobs = p->node_count > 0 ? (unsigned)p->node_count : rules->jobs;
		return 0;
	}
	return -1;
}

int
subcommand_run(int argc, char *argv[])
{
	static struct study study;
	struct run_options o;
	struct kvm kvm;
	int status = STATUS_NO_VERDICT;

	if (read_options(&o, argc, argv) != 0)
		return STATUS_WRONG_USAGE;
	if (o.help) {
		fputs("usage: " RUN_USAGE, stdout);
		return 0;
	}
	if (o.extend && (status = study_extend(o.plan, o.folder)) != 0)
		return status;
	if (study_open(&study, o.plan, o.folder) != 0) {
		status = study.has_plan ? STATUS_NO_VERDICT : STATUS_WRONG_USAGE;
	} else {
		bool is_over = queue_left(&study.queue) == 0;
		status = STATUS_WRONG_USAGE;
		if (check_jobs(&study.plan, &o.rules) != 0 ||
		    study_run_check(&study, &o.rules) != 0 ||
		    (!is_over && study_machine_check(&study) != 0) ||
		    study_commands_check(&study, o.plan) != 0)
			goto out;
		status = STATUS_NO_VERDICT;
		if (is_over)
			status = finish_study(&study, 0);
		else if (study_machine_choose(&study, &o.rules.accel, &kvm) == 0 &&
			 is_same_machine(&study, &o.rules)) {
			int result = study_run(&study, &o.rules);
			if (has_come_up(&study))
				kvm_remember(&kvm);
			status = finish_study(&study, result);
		}
	}
out:
	study_close(&study);
	return status;
}
