/* SPDX-License-Identifier: MIT */
/* The identity of kernel and image, for `hello` (wire.h). */
#ifndef LULL_IDENTITY_H
#define LULL_IDENTITY_H

#include <stddef.h>

#include "text.h"

/*
 * Appends `build_id` and `image`, each if known. `root` is a descriptor of the folder with proc,
 * sys and etc, AT_FDCWD for the working folder.
 */
void identity_write(struct text *t, int root);

/*
 * The first build id (ld(1), --build-id): points into `notes`, with its length in *size. NULL if
 * there is no such note.
 */
const unsigned char *notes_build_id(const void *notes, size_t length, size_t *size);

#endif
