/* SPDX-License-Identifier: MIT */
/* Sets up the machine before the command, and takes it down afterwards. */
#ifndef LULL_SETUP_H
#define LULL_SETUP_H

#include <stdbool.h>

#include "experiment.h"

/*
 * Reads the experiment: the image's file named on the command line, or its only one, then the
 * archive after the image, then the command line. Returns NULL, or the reason why no experiment may
 * run.
 */
const char *choose_experiment(struct experiment *experiment);

/*
 * Makes all mounts in order, creating missing folders; waits for each device until its deadline.
 * Returns NULL, or the reason why no experiment may run.
 */
const char *attach_mounts(const struct experiment_list *mounts);

/*
 * Writes each knob, reads it back and passes path, old and new value to `report`; NULL for
 * unreadable values. Returns NULL, or the reason why no experiment may run: a value was not
 * accepted.
 */
const char *knobs_write(const struct experiment_list *knobs,
			void (*report)(const char *path, const char *before, const char *after));

/*
 * Loads the modules of the image's list, if there is one. Failures of optional modules are passed
 * to `failed`. Returns NULL, or the reason why no experiment may run: a required module could not
 * be loaded.
 */
const char *modules_load(void (*failed)(const char *what, int error));

/*
 * Reports modules that the experiment names but /sys/module lacks: modules that packer did not pack
 * are not loaded.
 */
void modules_check(const struct experiment_list *modules,
		   void (*failed)(const char *what, int error));

/*
 * Makes the root replaceable for pivot_root(2), mounts /proc, /sys, /dev, /dev/pts, /dev/shm and
 * /run, makes /tmp and the links of /dev and /etc/mtab. Continues after a failure; calls
 * failed(what, errno) for each.
 */
void mounts_make(void (*failed)(const char *what, int error));

/*
 * Returns whether mounts_make() mounts this file system, or it is the root: in memory, so nothing
 * is lost at the end.
 */
bool mounts_is_own(const char *at, const char *type);

/*
 * Unmounts all but init's own file systems, or makes them read-only, after the end of all
 * processes; gives up after a minute. Failures are passed to `failed`, with errno or 0. If
 * `mounted` is false, it runs only on machines with disks: on others sync(2) is enough.
 */
void unmount_all(bool mounted, void (*failed)(const char *what, int error));

#endif
