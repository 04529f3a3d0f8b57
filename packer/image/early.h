/* SPDX-License-Identifier: MIT */
/*
 * The early archive: the first of an image and never compressed, so that the kernel finds microcode
 * in it before it has memory to unpack anything (lib/earlycpio.c). It is planned as all else is,
 * and no part of the archive behind it.
 */
#ifndef LULL_PACKER_EARLY_H
#define LULL_PACKER_EARLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plan;
struct source;

/*
 * Plans microcode from `names`, as of -f: files of it, or directories of such files, or of
 * directories intel-ucode and amd-ucode. Other files in directories are left out; a maker's files
 * are put together, a directory's sorted by name. Returns 0, or -1 after a warning.
 */
int early_plan(struct plan *plan, const struct source *source, const char *const *names,
	       size_t count);

/* Whether anything is. */
bool early_is_planned(const struct plan *plan);

/* The archive, a multiple of 4 bytes long, with all times `time`, to be freed. */
unsigned char *early_archive(const struct plan *plan, uint32_t time, size_t *size);

enum microcode_maker {
	MICROCODE_INTEL,
	MICROCODE_AMD,
	MICROCODE_MAKERS,
	MICROCODE_NONE = MICROCODE_MAKERS
};

/* Where the kernel looks for it in the first archive of an image, without a slash in front. */
extern const char *const microcode_paths[MICROCODE_MAKERS];

/* Whose microcode a file is, by how it begins. */
enum microcode_maker microcode_maker(const unsigned char *bytes, size_t size);

/* What is broken in a maker's file, or NULL. */
const char *microcode_problem(enum microcode_maker maker, const unsigned char *bytes, size_t size);

#endif
