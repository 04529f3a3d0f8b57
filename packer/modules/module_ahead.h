/* SPDX-License-Identifier: MIT */
/*
 * Compressed modules, unpacked on all processors before the one that needs them asks for each. What is not foreseen,
 * as soft dependencies, is read when it is asked for.
 */
#ifndef LULL_PACKER_MODULE_AHEAD_H
#define LULL_PACKER_MODULE_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

struct plain;
struct plan;

struct module_ahead {
	void *by_path; /* search tree of files */
	struct module_ahead_file **files;
	size_t count;
	size_t unpacked; /* of them, the first */
};

/* Foresees the module in the file at `path`. */
void module_ahead_want(struct module_ahead *ahead, const char *path);

/* Unpacks what is foreseen and not unpacked yet. What cannot be unpacked is left to be told when it is asked for. */
void module_ahead_run(struct module_ahead *ahead);

/* As plain_read(), with what was unpacked if the file at `from` was; -1 also after a signal (interrupt.h). */
int module_ahead_read(struct module_ahead *ahead, struct plain *plain, struct plan *plan, const char *from);

void module_ahead_end(struct module_ahead *ahead);

#endif
