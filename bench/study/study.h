/* SPDX-License-Identifier: MIT */
/*
 * A study: a plan being carried out in a folder of its own, which holds
 *
 * plan         the plan, as it was given
 * study.json   what it was begun with: the seed, the files behind the labels, versions
 * files/       kernels and images, by the SHA-256 of what they hold (kept.h)
 * journal      a line a boot (journal.h, study_line.h)
 * consoles/    the console of each boot, by its number, compressed (console_file.h)
 * lock         held while a bench works on it
 */
#ifndef BENCH_STUDY_H
#define BENCH_STUDY_H

#include <limits.h>

#include "boot/boot_options.h"
#include "boot/kernel_identity.h"
#include "study/cells.h"
#include "study/journal.h"
#include "study/kept.h"
#include "study/queue.h"
#include "study/study_line.h"
#include "study/study_plan.h"

struct study_file {
	struct kept file, config;	 /* config: "" if there is none */
	struct kernel_identity identity; /* of a kernel */
};

struct study {
	const char *path;
	int folder, files, consoles;
	struct study_plan plan;
	bool has_plan; /* it could be parsed */
	struct cells cells;
	struct queue queue;
	struct journal journal;
	uint64_t seed;
	uint64_t key;			     /* of the journal, from what study.json holds */
	bool has_sums;			     /* of all lines of the journal */
	struct study_file *kernels, *images; /* owned; as many as the plan has */
	struct kept firmware;		     /* "": the plan has none */
	uint64_t last;			     /* the highest number of a boot; 0: there was none */
	uint64_t
	    last_console; /* the highest that a file in consoles/ had when it was opened; 0: none */
	bool *without_values; /* owned; of each cell, whether its experiment has several commands */
	char accel[8];	      /* of the last boot; "": none has told */
};

/*
 * Opens the study in the folder `path` to carry out the plan in the file `plan`; begins it if it is
 * not there. What it was begun with stays; boots, limits and precision may be others. Returns 0, or
 * -1 after telling on stderr what is wrong. study_close() is due either way.
 */
int study_open(struct study *s, const char *plan, const char *path);

/* Opens it to look at, whoever works on it. As study_open(). */
int study_look(struct study *s, const char *path);

void study_close(struct study *s);

/* Writes the path of a kept file to `path`. */
void study_file_path(const struct study *s, const struct kept *file, char path[PATH_MAX]);

/*
 * Checks before a boot that the kept files of the cell hold what they should; reads those that were
 * touched since the last check. *readings is for study_recheck_files() after the boot, which fails
 * if a file was touched meanwhile, even if another boot has checked it since: the boot may have had
 * other bytes. Return 0, or -1 after a message.
 */
int study_check_files(struct study *s, size_t cell, unsigned *readings);
int study_recheck_files(struct study *s, size_t cell, unsigned readings);

/* The file in consoles/ of a boot. */
void study_console_name(uint64_t number, char name[64]);

/* Counts a boot that has ended, whose line is in the journal. */
void study_count(struct study *s, const struct study_line *line);

/*
 * Gives each line of the journal to `take` (study_line.h to read it). Returns 0, or -1 after
 * telling what is wrong.
 */
int study_read_journal(const struct study *s, journal_take *take, void *context);

#endif
