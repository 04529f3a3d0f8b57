/* SPDX-License-Identifier: MIT */
/* What init sets up before the command, and takes down after it. */
#ifndef LULL_SETUP_H
#define LULL_SETUP_H

#include <stdbool.h>

#include "experiment.h"

/*
 * Reads the experiment: from the image's file that the command line names, or its only one, then
 * what an archive behind the image says, then the command line itself. Returns NULL, or why no
 * experiment may run.
 */
const char *choose_experiment(struct experiment *experiment);

/*
 * Mounts each, in their order, on a folder that is made if it is not there; a device is waited for
 * until its deadline. Returns NULL, or why no experiment may run.
 */
const char *attach_mounts(const struct experiment_list *mounts);

/*
 * Writes each, reads it back and gives path, the value before and the one after to `tell`; NULL for
 * what cannot be read. Returns NULL, or why no experiment may run: one did not take.
 */
const char *knobs_write(const struct experiment_list *knobs,
			void (*tell)(const char *path, const char *before, const char *after));

/*
 * Loads the modules of the image's list, if it has one. What may fail is told to `failed`. Returns
 * NULL, or why no experiment may run: a module that it needs could not be loaded.
 */
const char *modules_load(void (*failed)(const char *what, int error));

/*
 * Tells of modules that an experiment names and /sys/module does not have: what packer has not
 * packed is not loaded.
 */
void modules_check(const struct experiment_list *modules,
		   void (*failed)(const char *what, int error));

/*
 * Moves the root to where pivot_root(2) can exchange it, mounts /proc, /sys, /dev, /dev/pts,
 * /dev/shm and /run, makes /tmp and the links of /dev and /etc/mtab. Goes on behind a failure;
 * calls failed(what, errno) for each.
 */
void mounts_make(void (*failed)(const char *what, int error));

/*
 * Whether that is a file system that mounts_make() mounts, or the root: in memory, with nothing to
 * lose at the end.
 */
bool mounts_is_own(const char *at, const char *type);

/*
 * Unmounts all but init's own file systems, or makes them read-only, after the end of all
 * processes; gives up after a minute. What cannot be done is given to `failed`, with errno or 0.
 * Unless `mounted` says that there is something to unmount, it looks only on machines with disks:
 * others have nothing to write back that sync(2) does not.
 */
void unmount_all(bool mounted, void (*failed)(const char *what, int error));

#endif
