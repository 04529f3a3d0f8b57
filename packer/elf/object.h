/* SPDX-License-Identifier: MIT */
/* Files as a loader sees them, each read once. */
#ifndef LULL_PACKER_OBJECT_H
#define LULL_PACKER_OBJECT_H

#include "elf/dlopen_note.h"
#include "elf/script.h"
#include "host/elf.h"

enum object_kind { OBJECT_DATA, OBJECT_ELF, OBJECT_BROKEN_ELF, OBJECT_SCRIPT };

struct object {
	char *path; /* on this machine */
	enum object_kind kind;
	void *map; /* of an ELF file, which `elf` points to */
	size_t size;
	struct elf elf;
	const char *soname;
	const char *rpath;
	const char *runpath;
	struct dlopen_note loads; /* what it tells that it loads at run time */
	bool loads_are_broken;	  /* some of that cannot be read */
	uint32_t rules;		  /* rules_match() */
	enum script_result result;
	struct script script;
};

struct objects {
	void *paths;
};

/* What the file at `path` is; NULL with errno if it cannot be read. Lives until objects_free(). */
const struct object *object_get(struct objects *objects, const char *path);

void objects_free(struct objects *objects);

#endif
