/* SPDX-License-Identifier: MIT */
/* The skeleton of every image: directories, links, small files, device nodes. */
#ifndef LULL_PACKER_SKELETON_H
#define LULL_PACKER_SKELETON_H

#include <stdbool.h>

struct plan;
struct source;

/*
 * Plans the directories and the links to them. It runs first, so that later entries follow these
 * links. /bin, /lib and the like are planned as in the source: links if /usr is merged. Returns 0,
 * or -1 after a warning.
 */
int skeleton_start(struct plan *plan, const struct source *source);

/*
 * Plans the rest of the skeleton where nothing else is given, and links to /init at the paths
 * `links`, ended by NULL; `links` may be NULL. Returns 0, or -1 after a warning.
 */
int skeleton_finish(struct plan *plan, const char *version, const char *const *links);

/*
 * Sets the content of the sorted plan's manifest, and puts the manifest's hash into
 * INIT_FILE_IMAGE.
 */
void skeleton_explain(struct plan *plan);

/*
 * Checks that no given entry is below /etc/lull or, with Lull's own init, below a directory over
 * which init mounts a file system. Returns 0, or -1 after a warning for each such entry.
 */
int skeleton_check(const struct plan *plan, bool init_is_own);

#endif
