/* SPDX-License-Identifier: MIT */
/*
 * What the loader reads of an ELF file, out of a buffer that holds the file: header, program
 * headers, PT_INTERP and PT_DYNAMIC (elf(5)). Section headers are not looked at: a stripped file
 * may have none. A reader of our own, as libelf and libdw start from sections, translate whole
 * structures and are no smaller to call than this is; every access goes through one range check,
 * and both classes and both byte orders are read, so that any target can be packed anywhere.
 */
#ifndef LULL_ELF_H
#define LULL_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ELF_NAME = 4096,     /* bytes of a name with its NUL: PATH_MAX */
	ELF_LIST = 65536,    /* of a list of directories */
	ELF_ENTRIES = 65536, /* of PT_DYNAMIC */
};

struct elf {
	const unsigned char *data;
	size_t size;
	bool is64;
	bool big; /* most significant byte first */
	uint16_t type;
	uint16_t machine;
	uint32_t flags;
	uint64_t flags_1;	 /* DT_FLAGS_1 */
	const char *interpreter; /* PT_INTERP, NULL: none */
	uint64_t headers;	 /* program headers: offset, size of one, number */
	uint16_t header_size;
	uint16_t header_count;
	uint64_t dynamic; /* PT_DYNAMIC: offset and number of entries before DT_NULL */
	uint64_t dynamic_count;
	uint64_t strings; /* DT_STRTAB: offset and size */
	uint64_t strings_size;
};

/* Whether the buffer begins as an ELF file does. */
bool elf_is(const void *data, size_t size);

/*
 * Reads the file at `data`, which must stay as long as `elf` is used. Every string that elf_next()
 * can give is checked here. Returns 0, or -1 with errno EINVAL for what is not an ELF file, breaks
 * its own bounds or exceeds the limits above, which keep what is made to take long from doing so.
 */
int elf_open(struct elf *elf, const void *data, size_t size);

/*
 * The string of the next dynamic entry with `tag` (DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH,
 * DT_FILTER, DT_AUXILIARY, DT_AUDIT, DT_DEPAUDIT) at or after *at, which
 * starts as 0 and is moved past it; NULL when there is no more.
 */
const char *elf_next(const struct elf *elf, uint64_t tag, uint64_t *at);

/*
 * Whether the loader of `a` takes `b`: class, byte order, machine, and on some machines the ABI's
 * flags.
 */
bool elf_match(const struct elf *a, const struct elf *b);

#endif
