/* SPDX-License-Identifier: MIT */
/* The image (initramfs) of one boot: the memory that it needs, and a file appended to it. */
#ifndef BENCH_BOOT_IMAGE_H
#define BENCH_BOOT_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * About how many bytes the image in the file `fd`, of `size` bytes, unpacks to: what is compressed
 * is taken for a quarter of that.
 */
uint64_t boot_image_unpacked(int fd, uint64_t size);

/*
 * Memory in MiB for an image that unpacks to so many bytes: four times it and 128 MiB, at least
 * 640.
 */
uint64_t boot_image_memory(uint64_t size);

/*
 * The archive that puts `data` at EXPERIMENT_FILE, its directories included; to be appended at a
 * multiple of 4 bytes. Returns NULL with errno ENOMEM or E2BIG; to be freed by the caller.
 */
char *boot_image_archive(const void *data, size_t length, size_t *size);

/*
 * Copies the image with `archive` behind it to a file without a name, which vanishes with its
 * descriptor, and returns that. -1 after telling why on stderr.
 */
int boot_image_append(const char *path, const void *archive, size_t length);

#endif
