/* SPDX-License-Identifier: MIT */
/*
 * Files of consoles, byte for byte. While a machine runs, its console goes to an unlinked file, so
 * that an unfinished boot leaves nothing behind; afterwards the file is compressed (zstd) and gets
 * its name.
 */
#ifndef BENCH_CONSOLE_FILE_H
#define BENCH_CONSOLE_FILE_H

#include <stdint.h>

struct console;

/*
 * Opens an unlinked file on the file system of `folder`. Returns its descriptor, or -1 with errno.
 */
int console_file_open(int folder);

/*
 * Compresses `raw` to `name` in `folder`, completely or not at all; *size: the compressed size.
 * Returns 0, or -1 with errno: EEXIST if the name exists, whose file is then unchanged.
 */
int console_file_keep(int raw, int folder, const char *name, uint64_t *size);

/*
 * Feeds a file, compressed or not, and the end of input to the console. Returns 0, or -1 with
 * errno; EBADMSG: the compressed file is damaged.
 */
int console_file_read(int fd, struct console *console);

#endif
