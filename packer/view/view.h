/* SPDX-License-Identifier: MIT */
/*
 * What packer tells about images that are there. All print to standard output and return packer's
 * exit status.
 */
#ifndef LULL_PACKER_VIEW_H
#define LULL_PACKER_VIEW_H

enum { VIEW_DONE = 0, VIEW_FOUND = 1, VIEW_WRONG_USAGE = 2, VIEW_FAILED = 3 };

/*
 * Does what argv[1] asks about images; whatever makes one has no place beside it. Returns packer's
 * exit status, or -1 where it asks for no such thing.
 */
int view_run(char *argv[]);

/*
 * --list: a line "MODE LINKS UID/GID SIZE PATH", for a link with " -> TARGET", an entry, sorted; in
 * place of a node's size its device numbers. What the kernel would leave out or stumble over goes
 * to standard error; then the status is 1.
 */
int view_list(const char *name);

/*
 * --diff: a line "only in IMAGE: PATH" or "differs: PATH: WHAT FIRST SECOND, ..." for each
 * difference. 0: there is none, 1: there is.
 */
int view_diff(const char *first, const char *second);

/*
 * --why: the chains of reasons from `path` to what was asked for. 1: it is not in the image, or
 * that has no manifest.
 */
int view_why(const char *path, const char *name);

/*
 * --sizes: bytes of files for each thing that was asked for alone, and for several. 1: the image
 * has no manifest.
 */
int view_sizes(const char *name);

#endif
