/* SPDX-License-Identifier: MIT */
/* The image of a plan: staged, archived by GNU cpio, proved, finished. */
#ifndef LULL_PACKER_IMAGE_MAKE_H
#define LULL_PACKER_IMAGE_MAKE_H

#include <stdint.h>

struct compress_method;
struct output;
struct plan;
struct source;

/*
 * Makes the image of a sorted plan whose times are set, with the early archive of `time`, compressed by `method` unless
 * that is NULL, in `output`, which is started and still to be committed (output.h). Returns 0, or -1 after a warning, which a signal
 * (interrupt.h) needs not.
 */
int image_make(const struct plan *plan, const struct source *source, struct output *output,
	       const struct compress_method *method, uint32_t time);

#endif
