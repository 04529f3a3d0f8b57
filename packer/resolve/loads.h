/* SPDX-License-Identifier: MIT */
/* What the objects of a process load at run time: by their notes (dlopen_note.h), and by the rules (rules.h). */
#ifndef LULL_PACKER_LOADS_H
#define LULL_PACKER_LOADS_H

struct run;

/*
 * Plans and loads the libraries, with what they need; files of rules are noted in the libraries. Returns 0, or -1 after
 * a warning each.
 */
int loads_add(struct run *run);

#endif
