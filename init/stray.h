/* SPDX-License-Identifier: MIT */
#ifndef LULL_STRAY_H
#define LULL_STRAY_H

#include <stdint.h>
#include <sys/types.h>

/* Calls found(pid, name) for each living user process but init and `except`; name is the kernel's comm, any bytes. */
void stray_find(pid_t except, void (*found)(uint64_t pid, const char *name));

#endif
