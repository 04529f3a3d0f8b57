/* SPDX-License-Identifier: MIT */
#include "report/notes.h"

#include <stdint.h>
#include <string.h>

enum { ALIGN = 4, BUILD_ID = 3 }; /* NT_GNU_BUILD_ID of elf.h */

static const char owner[] = "GNU";

/* Three words, then the name and the content, each up to the next multiple of ALIGN. */
struct head {
	uint32_t name_size, size, type;
};

/* The bytes that a part takes with its padding; what cannot be is as much as there is and one more. */
static size_t
padded(uint32_t size, size_t left)
{
	return size <= left ? ((size_t)size + ALIGN - 1) / ALIGN * ALIGN : left + 1;
}

const unsigned char *
notes_build_id(const void *notes, size_t length, size_t *size)
{
	const unsigned char *at = notes;
	struct head head;

	while (length >= sizeof(head)) {
		memcpy(&head, at, sizeof(head));
		at += sizeof(head);
		length -= sizeof(head);
		size_t name = padded(head.name_size, length);
		if (name > length || head.size > length - name)
			return NULL;
		if (head.type == BUILD_ID && head.name_size == sizeof(owner) && memcmp(at, owner, sizeof(owner)) == 0) {
			*size = head.size;
			return at + name;
		}
		size_t content = padded(head.size, length - name);
		if (content > length - name)
			return NULL;
		at += name + content;
		length -= name + content;
	}
	return NULL;
}
