/* SPDX-License-Identifier: MIT */
/* ELF notes, as /sys/kernel/notes has the kernel's: elf(5), in the byte order of the machine. Pure. */
#ifndef LULL_NOTES_H
#define LULL_NOTES_H

#include <stddef.h>

/* The first build id (ld(1), --build-id): points into `notes`, with its bytes in *size. NULL where there is none. */
const unsigned char *notes_build_id(const void *notes, size_t length, size_t *size);

#endif
