/* SPDX-License-Identifier: MIT */
/* What the views print alike. */
#ifndef LULL_PACKER_VIEW_PRINT_H
#define LULL_PACKER_VIEW_PRINT_H

struct rootfs_entry;

/* The status when all is printed, or VIEW_FAILED after a warning that it could not be. */
int view_end(int status);

/* Prints the path, "/" for the root; and a link's target. */
void view_print_path(const struct rootfs_entry *entry);
void view_print_target(const struct rootfs_entry *entry);

#endif
