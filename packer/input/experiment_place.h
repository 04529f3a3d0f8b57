/* SPDX-License-Identifier: MIT */
/* Where in an experiment file something is said, for messages about what is only found out when all is planned. */
#ifndef LULL_PACKER_EXPERIMENT_PLACE_H
#define LULL_PACKER_EXPERIMENT_PLACE_H

#include <stddef.h>

/*
 * From here to experiment_leave() messages begin with "FILE:LINE" (where.h): the line, of those that begin with `key`,
 * that has `which` of them before it in `text`, which was read as an experiment and ends with a NUL.
 */
char *experiment_enter(const char *file, const char *text, const char *key, size_t which);
void experiment_leave(char *place);

#endif
