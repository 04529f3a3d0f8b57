/* SPDX-License-Identifier: MIT */
/* What every image has beside its payload: directories, links, small files, device nodes. */
#ifndef LULL_PACKER_SKELETON_H
#define LULL_PACKER_SKELETON_H

struct plan;
struct source;

/* What marks an image: init takes one that has the first, but not the last entry of all, for cut off. */
#define SKELETON_IMAGE "/etc/lull/image"
#define SKELETON_END "/etc/lull/end"

/*
 * Plans /bin and its like, before anything else, as the source has them: a link with merged /usr, else a directory.
 * Returns 0, or -1 after a warning.
 */
int skeleton_start(struct plan *plan, const struct source *source);

/*
 * Plans all the rest, where nothing else is given, and the paths `links`, ended by NULL, as links to /init; NULL: none.
 * Returns 0, or -1 after a warning.
 */
int skeleton_finish(struct plan *plan, const char *version, const char *const *links);

#endif
