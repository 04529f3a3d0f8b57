/* SPDX-License-Identifier: MIT */
/* Which kernel and which image this is: what `hello` says of them (wire.h). */
#ifndef LULL_IDENTITY_H
#define LULL_IDENTITY_H

#include <stddef.h>

#include "text.h"

/*
 * Appends `build_id` and `image`, each if it is known. `root` is a descriptor of the folder that
 * proc, sys and etc are in, AT_FDCWD for the working folder.
 */
void identity_write(struct text *t, int root);

/*
 * The first build id (ld(1), --build-id): points into `notes`, with its bytes in *size. NULL where
 * there is none.
 */
const unsigned char *notes_build_id(const void *notes, size_t length, size_t *size);

#endif
