/* SPDX-License-Identifier: MIT */
/*
 * Libraries that a program declares to load at run time: the note .note.dlopen. Pure.
 *
 *	[{"soname": ["libz.so.1", "libz-ng.so.2"], "feature": "zlib", "priority": "recommended"}]
 *
 * A JSON array of objects, as a string that ends with a NUL. The libraries of an object are
 * alternatives: the first one found is used (UAPI group, ELF dlopen() metadata). Older notes, a
 * single object or a string as soname, are accepted too.
 */
#ifndef LULL_PACKER_DLOPEN_NOTE_H
#define LULL_PACKER_DLOPEN_NOTE_H

#include <stddef.h>
#include <stdint.h>

#define DLOPEN_NOTE_OWNER "FDO"
#define DLOPEN_NOTE_TYPE UINT32_C(0x407c0c0a)

/* The program fails without it; it is normally installed; only complete installations need it. */
enum dlopen_priority { DLOPEN_REQUIRED, DLOPEN_RECOMMENDED, DLOPEN_SUGGESTED };

struct dlopen_feature {
	char *name; /* "" if the note has none */
	enum dlopen_priority priority;
	char **sonames;
	size_t count;
};

struct dlopen_note {
	struct dlopen_feature *features;
	size_t count;
};

/*
 * Appends the features of the note of `length` bytes at `text`. Returns 0, or -1 with nothing
 * appended if it is invalid. In both cases the caller frees `note`, which starts zeroed, with
 * dlopen_note_free().
 */
int dlopen_note_read(struct dlopen_note *note, const void *text, size_t length);
void dlopen_note_free(struct dlopen_note *note);

#endif
