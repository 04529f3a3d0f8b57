/* SPDX-License-Identifier: MIT */
/*
 * The build id of an unpacked kernel, as in /sys/kernel/notes of the running kernel and in the
 * output of readelf -n for its vmlinux. Pure.
 */
#ifndef BENCH_KERNEL_BUILD_ID_H
#define BENCH_KERNEL_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>

enum { KERNEL_BUILD_ID = 129 }; /* size of one in hexadecimal digits, with its NUL */

/*
 * Finds the GNU build id in the kernel at `data`: in vmlinux by its PT_NOTE segments; in an Image,
 * which is a little-endian memory image, by the byte pattern of the note. An Image contains vDSOs,
 * ELF files with their own build ids, which are ignored. Returns false, with `id` empty, if there
 * is no id or more than one.
 */
bool kernel_build_id(const void *data, size_t size, char id[KERNEL_BUILD_ID]);

#endif
