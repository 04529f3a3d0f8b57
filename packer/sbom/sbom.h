/* SPDX-License-Identifier: MIT */
/* Makes the bill of materials of an image (spdx.h). */
#ifndef LULL_PACKER_SBOM_H
#define LULL_PACKER_SBOM_H

#include <stdint.h>

#include "sbom/owners.h"

struct output;
struct plan;
struct source;

struct sbom {
	const struct plan *plan;
	struct owners owners;
	struct spdx_file *files; /* those of the plan, in its order, then the kernel */
	struct digest *digests;	 /* of these files */
	size_t count;		 /* without the kernel */
	char *kernel_name;	 /* NULL: unknown */
	const char *kernel_release;
};

/*
 * Collects digests and packages of the files of a sorted plan, and of the kernel: the file `kernel`
 * of this machine, or NULL, and its release, which may be "" and must stay valid. Returns 0, and
 * the caller passes `sbom` to sbom_end(); or -1 after a warning, or after a signal (interrupt.h).
 */
int sbom_start(struct sbom *sbom, const struct plan *plan, const struct source *source,
	       const char *kernel, const char *kernel_release);

/*
 * Writes the bill to the started `output` (output.h). `name` is the finished image, which is open
 * as `image`, or a directory if `image` is -1. Returns 0; or -1 as sbom_start(), also if a file has
 * changed since it was planned.
 */
int sbom_write(const struct sbom *sbom, const char *name, int image, uint32_t time,
	       struct output *output);

void sbom_end(struct sbom *sbom);

#endif
