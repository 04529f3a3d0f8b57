/* SPDX-License-Identifier: MIT */
/*
 * The early archive: the first archive of an image, never compressed, so that the kernel finds
 * microcode in it before it can unpack anything (lib/earlycpio.c). Its entries are in the plan, but
 * not in the archive that follows.
 */
#ifndef LULL_PACKER_EARLY_H
#define LULL_PACKER_EARLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plan;
struct source;

/*
 * Plans microcode from `names`, paths as for -f: microcode files, directories of such files, or
 * directories that contain intel-ucode and amd-ucode. Skips other files in directories.
 * Concatenates the files of each maker, those of a directory sorted by name. Returns 0, or -1 after
 * a warning.
 */
int early_plan(struct plan *plan, const struct source *source, const char *const *names,
	       size_t count);

/* Returns whether the plan has entries of the early archive. */
bool early_is_planned(const struct plan *plan);

/* Returns the archive, a multiple of 4 bytes long, with all times `time`, to be freed. */
unsigned char *early_archive(const struct plan *plan, uint32_t time, size_t *size);

enum microcode_maker {
	MICROCODE_INTEL,
	MICROCODE_AMD,
	MICROCODE_MAKERS,
	MICROCODE_NONE = MICROCODE_MAKERS
};

/* Returns the maker of microcode, detected by its first bytes. */
enum microcode_maker microcode_maker(const unsigned char *bytes, size_t size);

/* Returns the problem of a maker's file as text, or NULL. */
const char *microcode_problem(enum microcode_maker maker, const unsigned char *bytes, size_t size);

#endif
