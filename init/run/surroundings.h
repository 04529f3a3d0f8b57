/* SPDX-License-Identifier: MIT */
/*
 * What an experiment finds when it starts: its place on the machine, its limits, user, folder and
 * environment.
 */
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
 * Works out what the experiment asks for; `base` is the environment that all have, ended by NULL.
 * An experiment of another user finds the kernel's command line and log closed to it. Returns NULL,
 * or why it cannot be had.
 */
const char *surroundings_make(struct surroundings *surroundings,
			      const struct experiment *experiment, char *const base[]);

/*
 * Enters them, in the child of vfork(2): nothing but system calls. Returns NULL, or what could not
 * be done, with errno.
 */
const char *surroundings_enter(const struct surroundings *surroundings);

/* Reads and writes files with the rights of the experiment's user, or again with init's own. */
void surroundings_lend(const struct surroundings *surroundings, bool lend);

void surroundings_free(struct surroundings *surroundings);

#endif
