/* SPDX-License-Identifier: MIT */
/* The plan for people: a line "TYPE MODE[,UID:GID] SIZE PATH <- REASON, REASON..." an entry. */
#ifndef LULL_PACKER_PRINT_H
#define LULL_PACKER_PRINT_H

struct plan;

/* Prints to standard output. Control bytes and backslashes in names come as three octal digits. 0, or -1 with errno. */
int print_plan(const struct plan *plan);

#endif
