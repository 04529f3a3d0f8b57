/* SPDX-License-Identifier: MIT */
/*
 * Experiment files (experiment.h): baked into the image, with what they name, and checked against
 * it.
 */
#ifndef LULL_PACKER_EXPERIMENTS_H
#define LULL_PACKER_EXPERIMENTS_H

#include <stddef.h>

#include "experiment.h"

struct closure;
struct experiment;
struct payload;
struct plan;
struct source;

struct experiments {
	struct experiment_baked *list;
	size_t count;
};

/*
 * Reads all of them, whatever is wrong. Returns 0; or the status to end with, after a warning each:
 * 2 for what is not an experiment, 3 for what cannot be read.
 */
int experiments_read(struct experiments *experiments, const char *const *files, size_t count);
void experiments_free(struct experiments *experiments);

/*
 * Plans the files, the modules that they name, and each command that is not planned yet, as -b
 * does, with the programs that it visibly starts (command.h). Returns the number of what cannot be
 * packed, each after a warning.
 */
size_t experiments_plan(const struct experiments *experiments, struct payload *payload);

/*
 * Notes what the programs of one, or of all, are given, once they are planned (closure_give()).
 * `image`: where they are in one that is there, or NULL.
 */
void experiments_give(const struct experiment *e, struct closure *closure,
		      const struct source *image);
void experiments_give_all(const struct experiments *experiments, struct closure *closure);

/* Once all is planned: whether folders and users that they name are there. Returns the same. */
size_t experiments_check(const struct experiments *experiments, const struct plan *plan);

/*
 * From here to experiment_leave() messages begin with "FILE:LINE" (where.h): the line, of those
 * that begin with `key`, that has `which` of them before it in `text`, which was read as an
 * experiment and ends with a NUL.
 */
char *experiment_enter(const char *file, const char *text, const char *key, size_t which);
void experiment_leave(char *place);

/*
 * Takes the modules that the keys ask for, if there is a kernel; `file` and `text` are the
 * experiment's, for messages (experiment_place.h). Returns the number of keys that the kernel
 * cannot do, each after a warning.
 */
size_t experiment_kernel_add(struct payload *payload, const struct experiment *experiment,
			     const char *file, const char *text);

#endif
