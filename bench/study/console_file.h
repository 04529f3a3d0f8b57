/* SPDX-License-Identifier: MIT */
/*
 * Consoles as they came, byte for byte. While a machine runs, they go to a file without a name, so
 * that nothing is left of a boot that does not end; after it they are compressed (zstd) and get
 * their name.
 */
#ifndef BENCH_CONSOLE_FILE_H
#define BENCH_CONSOLE_FILE_H

#include <stdint.h>

struct console;

/*
 * A file without a name, on the disk that `folder` is on. Returns its descriptor, or -1 with errno.
 */
int console_file_open(int folder);

/*
 * Compresses what is in `raw` to `name` in `folder`, whole or not at all; *size: its bytes. Returns
 * 0, or -1 with errno: EEXIST where there is a file of that name, which stays as it is.
 */
int console_file_keep(int raw, int folder, const char *name, uint64_t *size);

/*
 * Feeds a file to the console, compressed or not, and tells it that no more comes. Returns 0, or -1
 * with errno; EBADMSG: it was compressed and is damaged.
 */
int console_file_read(int fd, struct console *console);

#endif
