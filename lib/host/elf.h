/* SPDX-License-Identifier: MIT */
/*
 * Reads the parts of an ELF file that the loader reads, from a buffer: header, program headers,
 * PT_INTERP and PT_DYNAMIC (elf(5)). Section headers are ignored: a stripped file may have none.
 * libelf and libdw are not used, as they start from sections, translate whole structures and need
 * no less code at the call. Every access is checked against the file's size. Both classes and both
 * byte orders are supported, so that any target can be packed on any machine.
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
	bool big; /* big-endian */
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

/* Returns whether the buffer begins with the ELF magic number. */
bool elf_is(const void *data, size_t size);

/*
 * Reads the file at `data`, which must stay valid while `elf` is used. Checks every string that
 * elf_next() returns. Returns 0, or -1 with errno EINVAL if it is not an ELF file, has offsets
 * outside the file or exceeds the limits above, which bound the time for hostile files.
 */
int elf_open(struct elf *elf, const void *data, size_t size);

/*
 * The string of the next dynamic entry with `tag` (DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH,
 * DT_FILTER, DT_AUXILIARY, DT_AUDIT, DT_DEPAUDIT) at or after *at, which starts as 0 and is
 * advanced; NULL at the end.
 */
const char *elf_next(const struct elf *elf, uint64_t tag, uint64_t *at);

/*
 * Returns whether the loader of `a` accepts `b`: class, byte order, machine, and on some machines
 * ABI flags match.
 */
bool elf_match(const struct elf *a, const struct elf *b);

#endif
