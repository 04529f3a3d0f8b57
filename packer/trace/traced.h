/* SPDX-License-Identifier: MIT */
/* What a traced run has done with files: paths of this machine, absolute, each once. Pure. */
#ifndef LULL_PACKER_TRACED_H
#define LULL_PACKER_TRACED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* What was done with a path, a bit each. */
enum {
	TRACED_OPENED = 1,
	TRACED_EXECUTED = 2,
	TRACED_LISTED = 4,	/* read as a directory */
	TRACED_SEEN = 8,	/* looked at */
	TRACED_CHANGED_IN = 16, /* a directory in which something was made or taken away */
};

/* A path that led to something. */
struct traced_file {
	char *path; /* as it was asked for */
	char *real; /* where that led, through all links */
	unsigned did;
};

/* A path that was opened for writing, made, moved, or taken away; no link leads to it. */
struct traced_change {
	char *path;
	bool existed;	    /* before the run, */
	struct stat before; /* and as what, no link followed */
	bool read;	    /* it was opened for reading too */
	bool unchanged;	    /* found out afterwards: it is as it was */
};

struct traced {
	struct traced_file **files; /* in the order in which they were met */
	size_t file_count;
	struct traced_change **changes;
	size_t change_count;
	char **services; /* sockets of others that it was connected to; "@NAME" where they have no
			    file */
	size_t service_count;
	char *relative; /* the first file that was asked for by where the run was started; NULL:
			   none */
	size_t relative_count;
	bool begins_here; /* it came to something in there by a relative path */
	char **left;	  /* names of programs that it left running */
	size_t left_count;
	bool hid; /* it may have opened files by no system call */
	void *file_tree, *change_tree;
};

void traced_free(struct traced *traced);

/* Whether that is known of `path` already, and where it led. */
bool traced_has(const struct traced *traced, const char *path, unsigned did);

void traced_add(struct traced *traced, const char *path, const char *real, unsigned did);

/*
 * Notes a change to `path`, of which `before` was true when the run first came to it, with NULL if
 * it was not there. Only the first note counts.
 */
void traced_add_change(struct traced *traced, const char *path, const struct stat *before,
		       bool read);

/* Whether the run made what is at `path`, or a directory above it. */
bool traced_made(const struct traced *traced, const char *path);

/* The same, or changed or took away the file there. */
bool traced_changed(const struct traced *traced, const char *path);

/* Adds to one of the lists of strings what is not in it. */
void traced_add_name(char ***names, size_t *count, const char *name);

/* Sorts files and changes by their paths. */
void traced_sort(struct traced *traced);

#endif
