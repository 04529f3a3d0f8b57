/* SPDX-License-Identifier: MIT */
/* An image with its manifest. */
#ifndef LULL_PACKER_EXPLAINED_H
#define LULL_PACKER_EXPLAINED_H

#include "plan/reasons.h"
#include "view/loaded.h"

struct explained {
	struct loaded_image loaded;
	struct reasons reasons;
};

/*
 * Reads both. Returns VIEW_DONE (view.h) with `explained` to be given to explained_free(), or VIEW_FOUND or VIEW_FAILED
 * after a warning.
 */
int explained_read(struct explained *explained, const char *name);
void explained_free(struct explained *explained);

#endif
