/* SPDX-License-Identifier: MIT */
/* What messages begin with. */
#ifndef LULL_PACKER_WHERE_H
#define LULL_PACKER_WHERE_H

/*
 * From here on messages of err(3) and warn(3) begin with `line`, the "FILE:LINE" that they are about, in the place of
 * the program's name; with NULL they begin with that again. The string must stay.
 */
void where_set(const char *line);

#endif
