/* SPDX-License-Identifier: MIT */
/* File systems that an experiment asks for, by the key `mount`. */
#ifndef LULL_ATTACH_H
#define LULL_ATTACH_H

#include "experiment.h"

/*
 * Mounts each, in their order, on a folder that is made if it is not there; a device is waited for
 * until its deadline. Returns NULL, or why no experiment may run.
 */
const char *attach_mounts(const struct experiment_list *mounts);

#endif
