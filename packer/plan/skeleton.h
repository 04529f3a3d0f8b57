/* SPDX-License-Identifier: MIT */
/* What every image has beside its payload: directories, links, small files, device nodes. */
#ifndef LULL_PACKER_SKELETON_H
#define LULL_PACKER_SKELETON_H

#include <stdbool.h>

struct plan;
struct source;

/*
 * Plans directories and links to them, before anything else, so that all that follows goes where
 * they lead: /bin and its like as the source has them, a link with merged /usr, and those that
 * every system has. Returns 0, or -1 after a warning.
 */
int skeleton_start(struct plan *plan, const struct source *source);

/*
 * Plans all the rest, where nothing else is given, and the paths `links`, ended by NULL, as links
 * to /init; NULL: none. Returns 0, or -1 after a warning.
 */
int skeleton_finish(struct plan *plan, const char *version, const char *const *links);

/*
 * Writes the manifest of the sorted plan into it, and the manifest's hash into what marks the
 * image.
 */
void skeleton_explain(struct plan *plan);

/*
 * Whether all that is given can be seen in the image: nothing is below /etc/lull, and with Lull's
 * own init nothing below what it mounts at once. Returns 0, or -1 after a warning for each.
 */
int skeleton_check(const struct plan *plan, bool init_is_own);

#endif
