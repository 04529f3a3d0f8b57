/* SPDX-License-Identifier: MIT */
/* Accesses of a traced run to files: absolute paths of this machine, each once. Pure. */
#ifndef LULL_PACKER_TRACED_H
#define LULL_PACKER_TRACED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* Kinds of access to a path, one bit each. */
enum {
	TRACED_OPENED = 1,
	TRACED_EXECUTED = 2,
	TRACED_LISTED = 4,	/* read as a directory */
	TRACED_SEEN = 8,	/* looked up */
	TRACED_CHANGED_IN = 16, /* a directory in which something was made or removed */
};

/* A path that existed. */
struct traced_file {
	char *path; /* as requested */
	char *real; /* with all links resolved */
	unsigned did;
};

/* A path without links that was opened for writing, made, moved, or removed. */
struct traced_change {
	char *path;
	bool existed;	    /* before the run, */
	struct stat before; /* its state then, no link followed */
	bool read;	    /* it was also opened for reading */
	bool unchanged;	    /* set afterwards: the file is as before */
};

struct traced {
	struct traced_file **files; /* in the order of first access */
	size_t file_count;
	struct traced_change **changes;
	size_t change_count;
	char **services; /* sockets of other processes to which it connected; "@NAME" for abstract
			    ones */
	size_t service_count;
	char *relative; /* the first file requested by a path relative to the start directory; NULL:
			   none */
	size_t relative_count;
	bool begins_here; /* it accessed something in the start directory by a relative path */
	char **left;	  /* names of programs that it left running */
	size_t left_count;
	bool hid; /* it may have opened files without a system call */
	void *file_tree, *change_tree;
};

void traced_free(struct traced *traced);

/* Returns whether all accesses in `did` are recorded for `path`; adds accesses. */
bool traced_has(const struct traced *traced, const char *path, unsigned did);

void traced_add(struct traced *traced, const char *path, const char *real, unsigned did);

/*
 * Records a change of `path`, whose state before the first access was `before`, NULL if it did not
 * exist. Only the first record counts.
 */
void traced_add_change(struct traced *traced, const char *path, const struct stat *before,
		       bool read);

/* Returns whether the run made the file at `path`, or a directory above it. */
bool traced_made(const struct traced *traced, const char *path);

/* The same, or changed or removed the file. */
bool traced_changed(const struct traced *traced, const char *path);

/* Appends a string to one of the lists, unless it is in it. */
void traced_add_name(char ***names, size_t *count, const char *name);

/* Sorts files and changes by their paths. */
void traced_sort(struct traced *traced);

#endif
