/* SPDX-License-Identifier: MIT */
/* The devices of a machine, as the aliases by which drivers are looked up. */
#ifndef LULL_PACKER_DEVICES_H
#define LULL_PACKER_DEVICES_H

#include <stddef.h>

struct devices {
	char **aliases; /* sorted, without duplicates */
	size_t count;
};

/*
 * Reads them from `path`: a folder like /sys, or a copy of it, in which each file called modalias
 * is read (links are not followed); or a file with one alias a line, as printed on another machine.
 * Returns 0, and the caller calls devices_free(), or -1 after a warning, also if there are none.
 */
int devices_read(struct devices *devices, const char *path);
void devices_free(struct devices *devices);

#endif
