/* SPDX-License-Identifier: MIT */
#ifndef LULL_STRAY_H
#define LULL_STRAY_H

#include <stdint.h>
#include <sys/types.h>

enum { STRAYS_MAX = 1000 };

/* Opens /proc in advance: the experiment may unmount it. */
void stray_prepare(void);

/* The descriptor of /proc, or -1. */
int stray_proc(void);

/*
 * Calls found(pid, name) for each living user process except init and `except`; name is the
 * kernel's comm, any bytes. After STRAYS_MAX calls the last one has pid 0 and no name. Returns the
 * number of processes found.
 */
int stray_find(pid_t except, void (*found)(uint64_t pid, const char *name));

#endif
