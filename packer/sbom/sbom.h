/* SPDX-License-Identifier: MIT */
/* The bill of materials of an image, as a file (spdx.h). */
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
	struct spdx_file *files; /* those of the plan in its order, then the kernel */
	struct digest *digests;	 /* of them */
	size_t count;		 /* without the kernel */
	char *kernel_name;	 /* NULL: not known */
	const char *kernel_release;
};

/*
 * Finds out all about the files of a sorted plan, their bytes' digests and packages, and about the
 * kernel that is to boot them: the file `kernel` of this machine, NULL if it is not known, and its
 * release, which may be "" and must stay. Returns 0 with `sbom` to be given to sbom_end(), or -1
 * after a warning, which a signal (interrupt.h) needs not.
 */
int sbom_start(struct sbom *sbom, const struct plan *plan, const struct source *source,
	       const char *kernel, const char *kernel_release);

/*
 * Writes it to `output`, which is started (output.h), for what is finished as `name`: the image in
 * the file `image`, or a directory, where that is -1. Returns 0, or -1 in the same way: also if a
 * file is no longer as it was planned.
 */
int sbom_write(const struct sbom *sbom, const char *name, int image, uint32_t time,
	       struct output *output);

void sbom_end(struct sbom *sbom);

#endif
