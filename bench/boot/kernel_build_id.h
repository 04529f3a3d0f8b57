/* SPDX-License-Identifier: MIT */
/*
 * The build id of an unpacked kernel: what it has in /sys/kernel/notes when it runs, and what
 * readelf -n tells of its vmlinux. Pure.
 */
#ifndef BENCH_KERNEL_BUILD_ID_H
#define BENCH_KERNEL_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>

enum { KERNEL_BUILD_ID = 129 }; /* bytes of one in hexadecimal digits, with its NUL */

/*
 * Finds the GNU build id in the kernel at `data`: of vmlinux by its PT_NOTE segments, of an Image,
 * which is as it lies in memory and of the least significant byte first, by the look of the note.
 * Within an Image are vDSOs, ELF files with build ids of their own, which do not count. False, with
 * `id` empty, where there is none, or several.
 */
bool kernel_build_id(const void *data, size_t size, char id[KERNEL_BUILD_ID]);

#endif
