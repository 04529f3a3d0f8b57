/* SPDX-License-Identifier: MIT */
/* An existing image, read from its file. */
#ifndef LULL_PACKER_LOADED_H
#define LULL_PACKER_LOADED_H

#include <stdint.h>

#include "host/image.h"
#include "plan/reasons.h"

#define LOADED_LIMIT (UINT64_C(2) << 30) /* bytes that an image may unpack to */

struct loaded_image {
	const char *name;
	unsigned char *bytes;
	struct image image;
};

/* Reads the file `name`. Returns 0, and the caller calls loaded_free(), or -1 after a warning. */
int loaded_read(struct loaded_image *loaded, const char *name);
void loaded_free(struct loaded_image *loaded);

/* Prints all findings. Returns their number. */
size_t loaded_report(const struct loaded_image *loaded);

struct explained {
	struct loaded_image loaded;
	struct reasons reasons;
};

/*
 * Reads the image and its manifest. Returns DONE (view.h), and the caller calls
 * explained_free(), or FOUND or FAILED after a warning.
 */
int explained_read(struct explained *explained, const char *name);
void explained_free(struct explained *explained);

#endif
