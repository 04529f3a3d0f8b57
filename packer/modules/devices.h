/* SPDX-License-Identifier: MIT */
/* The devices of a machine, by the aliases that they ask for their drivers with. */
#ifndef LULL_PACKER_DEVICES_H
#define LULL_PACKER_DEVICES_H

#include <stddef.h>

struct devices {
	char **aliases; /* sorted, each once */
	size_t count;
};

/*
 * Reads them from `path`: a folder as /sys is, or a copy of one, where each file called modalias is
 * read, but not through links; or a file with an alias a line, as another machine prints it.
 * Returns 0 with `devices` to be given to devices_free(), or -1 after a warning, also where there
 * are none.
 */
int devices_read(struct devices *devices, const char *path);
void devices_free(struct devices *devices);

#endif
