/* SPDX-License-Identifier: MIT */
/* What machines are called where libraries are installed: in directories, in $LIB and $PLATFORM, in musl's names. */
#ifndef LULL_PACKER_MACHINE_H
#define LULL_PACKER_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

struct machine {
	uint16_t machine; /* e_machine */
	bool is64;
	bool big;
	uint32_t flags, mask;  /* e_flags & mask, where one machine has two ABIs */
	const char *multiarch; /* Debian's directory below /lib */
	const char *lib;       /* other distributions' directory for this ABI, below / and /usr */
	const char *biarch;    /* Debian's without multiarch */
	const char *platform;
	uint32_t cache_flags;		   /* of its entries in ld.so.cache; 0: any */
	const char *const *hwcaps;	   /* its directories below glibc-hwcaps, the best first, or NULL */
	const char *const *more_platforms; /* what $PLATFORM is with some processors, or NULL; both ended by NULL */
};

struct elf;

/* The row for a file, or NULL for a machine that is not in the table. */
const struct machine *machine_of(const struct elf *elf);

/* What a file's machine is called, for messages. */
const char *machine_name(const struct elf *elf);

#endif
