/* SPDX-License-Identifier: MIT */
/*
 * What machines are called where libraries are installed: in directories, in $LIB and $PLATFORM, in
 * musl's names.
 */
#ifndef LULL_PACKER_MACHINE_H
#define LULL_PACKER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* What another processor than the usual one calls itself. */
struct machine_platform {
	const char *name;	   /* $PLATFORM; NULL ends a list */
	const char *const *legacy; /* as in struct machine, or NULL: the same as there */
};

struct machine {
	uint16_t machine; /* e_machine */
	bool is64;
	bool big;
	uint32_t flags, mask;  /* e_flags & mask, where one machine has two ABIs */
	const char *multiarch; /* Debian's directory below /lib */
	const char *lib;       /* other distributions' directory for this ABI, below / and /usr */
	const char *biarch;    /* Debian's without multiarch */
	const char *platform;
	uint32_t cache_flags; /* of its entries in ld.so.cache; 0: any */
	/* Subdirectories that loaders look in, the best first, ended by NULL, or NULL: */
	const char *const *hwcaps; /* on some processors */
	const char *const *legacy; /* on all of them, where the loader is glibc's up to 2.36 */
	const struct machine_platform *platforms; /* of other processors, or NULL */
};

struct elf;

/* The row for a file, or NULL for a machine that is not in the table. */
const struct machine *machine_of(const struct elf *elf);

/* What a file's machine is called, for messages. */
const char *machine_name(const struct elf *elf);

#endif
