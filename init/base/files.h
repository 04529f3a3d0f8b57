/* SPDX-License-Identifier: MIT */
#ifndef LULL_FILES_H
#define LULL_FILES_H

#include <stddef.h>

/*
 * Reads the start of a small file, at most size - 1 bytes, and appends a NUL. Returns the number of
 * bytes, or -1 with errno; `buffer` is then empty.
 */
long file_read(const char *path, char *buffer, size_t size);
long file_read_at(int folder, const char *path, char *buffer, size_t size);

/*
 * The same for a file of unknown size, at most `max` bytes (else EFBIG), into a block that the
 * caller frees.
 */
char *file_read_all(const char *path, size_t max, size_t *length);
char *file_read_all_at(int folder, const char *path, size_t max, size_t *length);

/*
 * The rest of a file's text after `start` in the first line that begins with it; NULL if there is
 * none.
 */
char *file_line(char *text, const char *start);

#endif
