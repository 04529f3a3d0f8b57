/* SPDX-License-Identifier: MIT */
/* What a study would take and could show, for --dry-run. */
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/places.h"
#include "cmd/compare.h"
#include "host/memory.h"
#include "statistics/paired.h"
#include "study/study.h"

/* What a boot takes, from the boots of an earlier study. */
struct boot_cost {
	char study[PATH_MAX]; /* "": no earlier study, so the cost is a guess */
	double seconds, bytes;
};

/* Of Debian's kernel without KVM, on a processor of 2020. */
static const struct boot_cost guess = {.seconds = 3, .bytes = 16 * 1024};

static int
is_study(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The sizes of all files in a folder of a study. */
static double
size_of_folder(const char *study, const char *name)
{
	char *path = xasprintf("%s/%s", study, name);
	DIR *folder = opendir(path);
	const struct dirent *entry;
	struct stat status;
	double bytes = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
		    S_ISREG(status.st_mode))
			bytes += (double)status.st_size;
	if (folder != NULL)
		closedir(folder);
	free(path);
	return bytes;
}

/* Sets the cost from a study. Returns false if it has no boots, or is not a study of this mode. */
static bool
read_cost(struct boot_cost *cost, const char *path, bool exact)
{
	static struct study study;
	double seconds = 0;
	bool is_usable = false;

	if (study_open_readonly(&study, path) == 0 && study.queue.boots > 0 &&
	    study.plan.exact == exact) {
		for (size_t i = 0; i < study.cells.count; i++)
			seconds += study.queue.cells[i].seconds;
		double boots = (double)study.queue.boots;
		snprintf(cost->study, sizeof(cost->study), "%s", path);
		cost->seconds = seconds / boots;
		cost->bytes =
		    (size_of_folder(path, "consoles") + size_of_folder(path, "numbers")) / boots;
		is_usable = true;
	}
	study_close(&study);
	return is_usable;
}

/* The cost of a boot in the newest study that bench compare has made. */
static struct boot_cost
find_cost(bool exact)
{
	char cache[PATH_MAX / 2], path[PATH_MAX];
	struct dirent **names = NULL;
	struct boot_cost cost = guess;
	bool found = false;

	if (places_cache(cache, sizeof(cache)) != 0)
		return cost;
	snprintf(path, sizeof(path), "%s/compare", cache);
	int count = scandir(path, &names, is_study, alphasort);
	for (int i = count - 1; i >= 0; i--) {
		snprintf(path, sizeof(path), "%s/compare/%.255s/study/journal", cache,
			 names[i]->d_name);
		bool has_journal = access(path, R_OK) == 0;
		*strrchr(path, '/') = '\0';
		found = found || (has_journal && read_cost(&cost, path, exact));
		free(names[i]);
	}
	free(names);
	return cost;
}

/* The bytes of the kernels and images that are files already. */
static double
size_of_files(const struct study_plan *plan)
{
	double bytes = 0;

	for (int dimension = PLAN_KERNELS; dimension <= PLAN_IMAGES; dimension++)
		for (size_t i = 0; i < plan->lists[dimension].count; i++) {
			const char *file = plan->lists[dimension].at[i].text;
			struct stat status;
			if (file != NULL && stat(file, &status) == 0)
				bytes += (double)status.st_size;
		}
	return bytes;
}

static void
print_least_differences(const struct study_plan *plan, size_t compared)
{
	enum { USUAL_FIGURES = 4 }; /* of a command that reports nothing itself */
	static const int variations[] = {1, 5, 20};
	size_t tests = compared * (plan->has_chosen ? plan->measure_count : USUAL_FIGURES);

	if (plan->boots < paired_least_blocks(tests)) {
		printf("# it could show no difference: verdicts of %zu test%s need at least %zu "
		       "blocks\n",
		       tests, text_plural(tests), paired_least_blocks(tests));
		return;
	}
	printf("# the smallest difference that it would show in 4 of 5 studies, of %zu test%s:",
	       tests, text_plural(tests));
	for (size_t i = 0; i < sizeof(variations) / sizeof(*variations); i++) {
		/* The difference of two boots has twice the variance of one. */
		double deviation = sqrt(2) * log1p(variations[i] / 100.0),
		       least = paired_least_difference(plan->boots, deviation, tests);
		printf("%s %.2g %% if boots vary by %d %%", i > 0 ? "," : "", expm1(least) * 100,
		       variations[i]);
	}
	putchar('\n');
}

int
compare_estimate(const struct text *text)
{
	char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	struct study_plan plan;
	struct cells cells = {0};
	size_t compared = 0;

	int result = study_plan_read(&plan, "the plan", text->data, text->used, &problem);
	if (result == 0)
		result = cells_make(&cells, &plan, &problem);
	if (result != 0)
		warnx("%.*s", (int)problem.used, buffer);
	for (size_t i = 0; i < cells.count; i++)
		compared += cells_baseline(&cells, &plan, i) != i;
	if (result == 0) {
		struct boot_cost cost = find_cost(plan.exact);
		double boots = (double)plan.boots * (double)cells.count;
		printf("# %.0f boots: %zu cells, %llu block%s\n", boots, cells.count,
		       (unsigned long long)plan.boots, text_plural(plan.boots));
		printf(
		    "# about %.0f minute%s and %.1f MiB: a boot takes %.1f s and %.0f KiB (%s)\n",
		    ceil(boots * cost.seconds / 60), boots * cost.seconds > 60 ? "s" : "",
		    (size_of_files(&plan) + boots * cost.bytes) / (1024 * 1024), cost.seconds,
		    cost.bytes / 1024, cost.study[0] != '\0' ? cost.study : "a guess");
		if (plan.exact)
			puts("# it shows any difference larger than what memory layouts change");
		else
			print_least_differences(&plan, compared);
	}
	cells_free(&cells);
	study_plan_free(&plan);
	return result;
}
