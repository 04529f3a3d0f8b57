/* SPDX-License-Identifier: MIT */
/* Which kernel and which image this is: what `hello` says of them (wire.h). */
#ifndef LULL_IDENTITY_H
#define LULL_IDENTITY_H

#include "text.h"

/*
 * Appends `build_id` and `image`, each if it is known. `root` is a descriptor of the folder that proc, sys and etc are
 * in, AT_FDCWD for the working folder.
 */
void identity_write(struct text *t, int root);

#endif
