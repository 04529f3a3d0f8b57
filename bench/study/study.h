/* SPDX-License-Identifier: MIT */
/*
 * A study: a plan that is being run in its own folder, which has
 *
 *  plan         a copy of the plan
 *  study.json   how the study was started: the seed, the files of the labels, versions
 *  extension-N.json   how it was extended (extension.h)
 *  files/       kernels and images, named by their SHA-256 (kept.h)
 *  journal      one line per boot (journal.h, study_line.h)
 *  consoles/    the console of each boot, named by its number, compressed (console_file.h)
 *  numbers/     the numbers of each boot, named by its number (numbers.h)
 *  lock         held by the bench that runs the study
 */
#ifndef BENCH_STUDY_H
#define BENCH_STUDY_H

#include <jansson.h>
#include <limits.h>
#include <stdio.h>

#include "boot/boot_options.h"
#include "boot/kernel_identity.h"
#include "study/cells.h"
#include "study/journal.h"
#include "study/kept.h"
#include "study/queue.h"
#include "study/study_line.h"
#include "study/study_plan.h"

struct study_file {
	struct kept file, config;	 /* config: "" if missing */
	struct kernel_identity identity; /* of a kernel */
};

/* From its first block on, an extension's plan holds. */
struct study_extension {
	uint64_t first;
	bool *marked; /* owned; for each cell, whether it is booted */
};

struct study {
	const char *path;
	int folder, files, consoles;
	int numbers; /* -1: an older bench made the study, which kept none */
	struct study_plan plan;
	bool has_plan; /* the plan is valid */
	struct cells cells;
	struct queue queue;
	struct journal journal;
	uint64_t seed;
	json_t *begun; /* owned: the contents of study.json, with the files of its extensions; NULL:
			  it was not read */
	struct study_extension *extensions;  /* owned, in order; those up to the current plan */
	size_t extension_count, extended;    /* `extended`: of these, how many have begun */
	uint64_t key;			     /* of the journal, from the hash of study.json */
	bool has_sums;			     /* all lines of the journal have sums */
	struct study_file *kernels, *images; /* owned; as many as the plan has */
	struct kept firmware;		     /* "": the plan has none */
	uint64_t last;			     /* the highest number of a boot; 0: no boot yet */
	uint64_t last_console; /* the highest number of a file in consoles/ at opening; 0: none */
	bool *has_several_commands; /* owned; for each cell, whether its experiment has several
				       commands */
	json_t **directions; /* owned; for each cell, what `better` of its experiment says: "lower"
				or "higher" by name; NULL: nothing, or the image was not read */
	char accel[8];	     /* of the last boot; "": unknown */
};

/*
 * Opens the study in the folder `path` to run the plan in the file `plan`; starts the study if
 * the folder has none. The plan may only have other boots, limits and precision than at the start.
 * Returns 0, or -1 after a message on stderr. The caller calls study_close() in either case.
 */
int study_open(struct study *s, const char *plan, const char *path);

/* Opens a study for reading, also while another process runs it. Otherwise as study_open(). */
int study_open_readonly(struct study *s, const char *path);

/*
 * Extends the study in the folder `path` by the cells that the plan in the file `plan` has in
 * addition; nothing is done if its plan is this one already. Then study_open() boots them. Returns
 * 0, or bench's exit status after a message.
 */
int study_extend(const char *plan, const char *path);

void study_close(struct study *s);

/* Writes the path of a kept file to `path`. */
static inline void
study_file_path(const struct study *s, const struct kept *file, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/files/%s", s->path, file->name);
}

/*
 * Before a boot, checks the contents of the cell's kept files; reads those that were touched since
 * the last check. After the boot, study_recheck_files(), given *readings, fails if a file was
 * touched in between, even if another boot has checked it since: the boot may have had other bytes.
 * Return 0, or -1 after a message.
 */
int study_check_files(struct study *s, size_t cell, unsigned *readings);
int study_recheck_files(struct study *s, size_t cell, unsigned readings);

/*
 * The layout of a cell's next boot: that of its boot number n with outcome ok, from 0, is n modulo
 * the plan's layouts. A boot that is dropped is so repeated in the same layout.
 */
uint64_t study_next_layout(const struct study *s, size_t cell);

/* The statistic that stands for a boot where only one number is wanted. */
struct boot_statistic study_statistic(const struct study *s);

/* The name of a boot's file in consoles/. */
void study_console_name(uint64_t number, char name[64]);

/* Counts a boot that has ended and whose line is in the journal. */
void study_count(struct study *s, const struct study_line *line);

/*
 * Passes each line of the journal to `take`, which may parse it (study_line.h). Returns 0, or -1
 * after a message.
 */
int study_read_journal(const struct study *s, journal_take *take, void *context);

#endif
