/* SPDX-License-Identifier: MIT */
/*
 * A file that appears whole or not at all: it is written beside its place under a temporary name,
 * .NAME.XXXXXXXX.new with eight hexadecimal digits, and renamed when it is complete.
 */
#ifndef LULL_NEW_FILE_H
#define LULL_NEW_FILE_H

#include <sys/types.h>

struct new_file {
	int folder;	 /* that paths start at, as openat(2) has it; the caller's */
	int fd;		 /* to write to, and to read from again; -1: none */
	char *temporary; /* owned: its path until then; NULL: none */
};

/*
 * Creates the file, which will be at `path` or beside it. Returns 0, or -1 with errno.
 * new_file_close() is due either way.
 */
int new_file_open(struct new_file *file, int folder, const char *path, mode_t mode);

enum {
	NEW_FILE_ONLY =
	    1, /* fails with EEXIST where there is a file of that name, else replaces it */
	NEW_FILE_SYNC =
	    2, /* file and name are on the disk on return, else when the file system likes */
};

/*
 * Gives it its place, in the folder that it was opened for. Returns 0, or -1 with errno and nothing
 * changed.
 */
int new_file_commit(struct new_file *file, const char *path, int how);

/* Closes the file, and removes it if it was not committed. Keeps errno. */
void new_file_close(struct new_file *file);

/*
 * Removes from a folder, in which nobody writes, what killed processes had not completed. Returns
 * 0, or -1 with errno.
 */
int new_file_remove_leftovers(int folder);

#endif
