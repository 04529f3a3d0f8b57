/* SPDX-License-Identifier: MIT */
/*
 * What a program tells that it loads at run time: the note .note.dlopen. Pure.
 *
 *	[{"soname": ["libz.so.1", "libz-ng.so.2"], "feature": "zlib", "priority": "recommended"},
 *...]
 *
 * An array of objects, as a string that ends with a NUL; of each any one library will do, the first
 *that is there is taken (UAPI group, ELF dlopen() metadata). One object alone, and one string as
 *its soname, were how notes were written first, and are taken too.
 */
#ifndef LULL_PACKER_DLOPEN_NOTE_H
#define LULL_PACKER_DLOPEN_NOTE_H

#include <stddef.h>
#include <stdint.h>

#define DLOPEN_NOTE_OWNER "FDO"
#define DLOPEN_NOTE_TYPE UINT32_C(0x407c0c0a)

/*
 * Without it a program does not work, in most cases it should be there, or it is for every last
 * feature.
 */
enum dlopen_priority { DLOPEN_REQUIRED, DLOPEN_RECOMMENDED, DLOPEN_SUGGESTED };

struct dlopen_feature {
	char *name; /* "" where the note has none */
	enum dlopen_priority priority;
	char **sonames;
	size_t count;
};

struct dlopen_note {
	struct dlopen_feature *features;
	size_t count;
};

/*
 * Adds the features of the `length` bytes at `text`. Returns 0; or -1 with nothing added where they
 * are no such note. Either way `note`, which starts zeroed, is to be given to dlopen_note_free().
 */
int dlopen_note_read(struct dlopen_note *note, const void *text, size_t length);
void dlopen_note_free(struct dlopen_note *note);

#endif
