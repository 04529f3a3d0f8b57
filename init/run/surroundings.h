/* SPDX-License-Identifier: MIT */
/* The initial state of an experiment: CPUs and scheduling, limits, user, folder and environment. */
#ifndef LULL_SURROUNDINGS_H
#define LULL_SURROUNDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "experiment.h"
#include "users.h"

struct surroundings {
	const struct experiment *experiment;
	char **environment; /* ended by NULL */
	struct user user;
	bool has_user;
	char *files[2]; /* the texts of /etc/passwd and /etc/group, owned */
};

/*
 * Prepares the requested state; `base` is the common environment, ended by NULL. Hides the kernel's
 * command line and log from an experiment that is not run by root. Returns NULL, or the problem.
 */
const char *surroundings_make(struct surroundings *surroundings,
			      const struct experiment *experiment, char *const base[]);

/*
 * Applies them in the child of vfork(2), with system calls only. Returns NULL, or the failed step,
 * with errno.
 */
const char *surroundings_enter(const struct surroundings *surroundings);

/* Switches init's rights on files to those of the experiment's user, or back. */
void surroundings_switch_rights(const struct surroundings *surroundings, bool lend);

void surroundings_free(struct surroundings *surroundings);

#endif
