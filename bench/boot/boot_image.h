/* SPDX-License-Identifier: MIT */
/* The image (initramfs) of one boot: how much memory it needs, and appending a file to it. */
#ifndef BENCH_BOOT_IMAGE_H
#define BENCH_BOOT_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Estimates the unpacked size of the image in the file `fd`, of `size` bytes: compressed data is
 * assumed to be a quarter.
 */
uint64_t boot_image_unpacked(int fd, uint64_t size);

/*
 * Memory in MiB for an image of that unpacked size: four times the size and 128 MiB, at least 640.
 */
uint64_t boot_image_memory(uint64_t size);

/*
 * Makes the archive with `data` as EXPERIMENT_FILE and its parent directories, to be appended at a
 * multiple of 4 bytes. Returns NULL with errno ENOMEM or E2BIG; the caller frees it.
 */
char *boot_image_archive(const void *data, size_t length, size_t *size);

/*
 * Copies the image, followed by `archive` and the padding of a layout (layout.h), to an unlinked
 * file, which is deleted when its descriptor is closed. Returns the descriptor, or -1 after a
 * message on stderr.
 */
int boot_image_append(const char *path, const void *archive, size_t length, unsigned layout);

#endif
