/* SPDX-License-Identifier: MIT */
/* Names of machines: in library directories, in $LIB and $PLATFORM, and in musl's file names. */
#ifndef LULL_PACKER_ELF_MACHINE_H
#define LULL_PACKER_ELF_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* A processor other than the usual one. */
struct machine_platform {
	const char *name;	   /* $PLATFORM; NULL ends a list */
	const char *const *legacy; /* as in struct machine; NULL: the same list as there */
};

struct machine {
	uint16_t machine; /* e_machine */
	bool is64;
	bool big;
	uint32_t flags, mask;  /* e_flags & mask, where one machine has two ABIs */
	const char *multiarch; /* Debian's directory below /lib */
	const char *lib;       /* directory of other distributions for this ABI, below / and /usr */
	const char *biarch;    /* Debian's directory without multiarch */
	const char *platform;
	uint32_t cache_flags; /* flags of its entries in ld.so.cache; 0: any */
	/* Subdirectories that loaders search, best first, ending with NULL; or NULL: */
	const char *const *hwcaps;		  /* on some processors */
	const char *const *legacy;		  /* on all processors, with glibc up to 2.36 */
	const struct machine_platform *platforms; /* of other processors, or NULL */
};

struct elf;

/* Returns the row for a file, or NULL if its machine is not in the table. */
const struct machine *machine_of(const struct elf *elf);

/* Returns the name of a file's machine, for messages. */
const char *machine_name(const struct elf *elf);

#endif
