/* SPDX-License-Identifier: MIT */
/* Reports about existing images. All print to standard output and return packer's exit status. */
#ifndef LULL_PACKER_VIEW_H
#define LULL_PACKER_VIEW_H

/*
 * Runs the view named by argv[1], which must be the first option. Returns packer's exit status, or
 * -1 if argv[1] is not a view.
 */
int view_run(char *argv[]);

/*
 * --list: prints one line per entry, sorted: "MODE LINKS UID/GID SIZE PATH", with " -> TARGET" for
 * links, and device numbers instead of a size for nodes. Entries that the kernel would skip or fail
 * on are reported on standard error; then the status is 1.
 */
int view_list(const char *name);

/*
 * --diff: a line "only in IMAGE: PATH" or "differs: PATH: WHAT FIRST SECOND, ..." for each
 * difference. Status 0: none, 1: some.
 */
int view_diff(const char *first, const char *second);

/*
 * --why: prints the chains of reasons from `path` to the user's request. Status 1: it is not in the
 * image, or the image has no manifest.
 */
int view_why(const char *path, const char *name);

/*
 * --sizes: prints the size of files needed only by one request, for each request, and by several.
 * Status 1: the image has no manifest.
 */
int view_sizes(const char *name);

#endif
