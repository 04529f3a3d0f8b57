/* SPDX-License-Identifier: MIT */
/*
 * The archive, written by GNU cpio in several runs into one file: what is staged, then, from the
 * source's root, files that are read in place. The end mark that each run leaves is cut off, since
 * the kernel forgets about hard links there and cpio lists no further; device nodes, for which cpio
 * would need root, are appended as entries of our own.
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
	bool *has_words; /* set where cpio printed anything: then what it wrote is to be compared
			    byte by byte */
};

/*
 * Whether newc, cpio and the kernel can take the plan. Returns 0, or -1 after a warning for each
 * entry that cannot be.
 */
int archive_check(const struct plan *plan);

/*
 * Makes the image of a sorted plan whose times are set, with the early archive of `time`,
 * compressed by `method` unless that is NULL, in `output`, which is started and still to be
 * committed (output.h). Returns 0, or -1 after a warning, which a signal (interrupt.h) needs not.
 */
int image_make(const struct plan *plan, const struct source *source, struct output *output,
	       const struct compress_method *method, uint32_t time);

#endif
