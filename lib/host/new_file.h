/* SPDX-License-Identifier: MIT */
/*
 * A file that is created completely or not at all: it is written under a temporary name in the same
 * folder, .NAME.XXXXXXXX.new with eight hexadecimal digits, and renamed when complete.
 */
#ifndef LULL_NEW_FILE_H
#define LULL_NEW_FILE_H

#include <sys/types.h>

struct new_file {
	int folder;	 /* the base of paths, as for openat(2); owned by the caller */
	int fd;		 /* for writing and reading; -1: none */
	char *temporary; /* owned: its path until it is renamed; NULL: none */
};

/*
 * Creates the temporary file for `path`. Returns 0, or -1 with errno. Call new_file_close() in
 * either case.
 */
int new_file_open(struct new_file *file, int folder, const char *path, mode_t mode);

enum {
	NEW_FILE_ONLY = 1, /* fail with EEXIST if the file exists, else replace it */
	NEW_FILE_SYNC = 2, /* sync file and name to the disk before returning */
};

/*
 * Renames the file, within the folder for which it was opened. Returns 0, or -1 with errno and
 * nothing changed.
 */
int new_file_commit(struct new_file *file, const char *path, int how);

/* Closes the file, and removes it unless it was committed. Keeps errno. */
void new_file_close(struct new_file *file);

/*
 * Removes temporary files of killed processes from a folder that has no writers now. Returns 0, or
 * -1 with errno.
 */
int new_file_remove_leftovers(int folder);

#endif
