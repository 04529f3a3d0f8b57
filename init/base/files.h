/* SPDX-License-Identifier: MIT */
#ifndef LULL_FILES_H
#define LULL_FILES_H

#include <stddef.h>

/*
 * Reads the start of a small file, at most size - 1 bytes, and ends it with a NUL. Returns the
 * number of bytes, -1 with errno on failure; `buffer` is then empty.
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
 * What follows `start` in the first line of a file's text that begins with it; NULL: there is none.
 */
char *file_line(char *text, const char *start);

#endif
