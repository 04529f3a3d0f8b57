/* SPDX-License-Identifier: MIT */
/*
 * The archive. GNU cpio writes it in several runs into one file: first the staged entries, then the
 * files that are read in place, from the source's root. packer cuts off the end mark of each run,
 * since there the kernel forgets hard links and cpio stops listing. packer itself appends device
 * nodes, for which cpio would need root.
 */
#ifndef LULL_PACKER_ARCHIVE_H
#define LULL_PACKER_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

struct compress_method;
struct output;
struct plan;
struct source;

struct archive {
	const struct plan *plan; /* sorted */
	const char *root;	 /* of the source, for files in place */
	const char *staging;	 /* made by tree_make() */
	int fd;			 /* empty file, read and write */
	const char *name;	 /* of the image, for messages */
	bool *has_messages; /* set if cpio printed anything: then the archive is compared byte by
			       byte */
};

/*
 * Checks the plan against the limits of newc, cpio and the kernel. Returns 0, or -1 after a warning
 * for each entry that exceeds them.
 */
int archive_check(const struct plan *plan);

/*
 * Writes the image of a sorted plan whose times are set to the started `output`, which the caller
 * commits (output.h). `time` is that of the early archive; `method` NULL: not compressed. Returns
 * 0; or -1 after a warning, or after a signal (interrupt.h).
 */
int image_make(const struct plan *plan, const struct source *source, struct output *output,
	       const struct compress_method *method, uint32_t time);

#endif
