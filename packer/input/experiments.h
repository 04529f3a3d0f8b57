/* SPDX-License-Identifier: MIT */
/*
 * Experiment files (experiment.h): packs them into the image with their programs and modules, and
 * checks them against the image.
 */
#ifndef LULL_PACKER_EXPERIMENTS_H
#define LULL_PACKER_EXPERIMENTS_H

#include <stddef.h>

#include "experiment.h"

struct closure;
struct experiment;
struct items;
struct plan;
struct source;

struct experiments {
	struct experiment_baked *list;
	size_t count;
};

/*
 * Reads all files, even after errors. Returns 0; or the exit status after a warning for each
 * problem: 2 for an invalid experiment, 3 for a read error.
 */
int experiments_read(struct experiments *experiments, const char *const *files, size_t count);
void experiments_free(struct experiments *experiments);

/*
 * Plans the files, their modules, and each command that is not planned yet, as -b does, with the
 * programs that it visibly starts (command.h). Returns the number of failures, each after a
 * warning.
 */
size_t experiments_plan(const struct experiments *experiments, struct items *items);

/*
 * Records LD_LIBRARY_PATH and LD_PRELOAD of the planned programs of one experiment, or of all
 * (closure_give()). `image`: an existing image that contains the programs, or NULL.
 */
void experiments_give(const struct experiment *e, struct closure *closure,
		      const struct source *image);
void experiments_give_all(const struct experiments *experiments, struct closure *closure);

/* Checks that commands, users and directories are planned. Returns the number of failures. */
size_t experiments_check(const struct experiments *experiments, const struct plan *plan);

/*
 * Begins messages with "FILE:LINE" until experiment_leave(). The line is number `which`, from 0, of
 * those with `key` in `text`, a valid experiment that ends with a NUL.
 */
char *experiment_enter(const char *file, const char *text, const char *key, size_t which);
void experiment_leave(char *place);

/*
 * Adds the modules that the experiment's keys need, if a kernel is given; `file` and `text` are for
 * messages. Returns the number of lines that the kernel cannot support, each after a warning.
 */
size_t experiment_kernel_add(struct items *items, const struct experiment *experiment,
			     const char *file, const char *text);

#endif
