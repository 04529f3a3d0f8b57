/* SPDX-License-Identifier: MIT */
/* Output shared by the views. */
#ifndef LULL_PACKER_VIEW_PRINT_H
#define LULL_PACKER_VIEW_PRINT_H

struct rootfs_entry;

/* Flushes standard output. Returns `status`, or FAILED after a warning. */
int view_end(int status);

/* Print the path, "/" for the root, and the target of a link. */
void view_print_path(const struct rootfs_entry *entry);
void view_print_target(const struct rootfs_entry *entry);

#endif
