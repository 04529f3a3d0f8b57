/* SPDX-License-Identifier: MIT */
/*
 * What an experiment asks of the kernel by its keys mount, net and write, of what is known when it
 * is packed: modules, which nothing loads on demand in an image, and options that the kernel lacks.
 */
#ifndef LULL_PACKER_EXPERIMENT_KERNEL_H
#define LULL_PACKER_EXPERIMENT_KERNEL_H

#include <stddef.h>

struct experiment;
struct payload;

/*
 * Takes the modules that the keys ask for, if there is a kernel; `file` and `text` are the
 * experiment's, for messages (experiment_place.h). Returns the number of keys that the kernel
 * cannot do, each after a warning.
 */
size_t experiment_kernel_add(struct payload *payload, const struct experiment *experiment,
			     const char *file, const char *text);

#endif
