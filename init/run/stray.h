/* SPDX-License-Identifier: MIT */
#ifndef LULL_STRAY_H
#define LULL_STRAY_H

#include <stdint.h>
#include <sys/types.h>

enum { STRAYS_MAX = 1000 };

/* Opens /proc for later: the experiment may unmount it. */
void stray_prepare(void);

/* That folder, or -1. */
int stray_proc(void);

/*
 * Calls found(pid, name) for each living user process but init and `except`; name is the kernel's
 * comm, any bytes. After STRAYS_MAX of them the last call has pid 0 and no name. Returns how many
 * there were, as far as it looked.
 */
int stray_find(pid_t except, void (*found)(uint64_t pid, const char *name));

#endif
