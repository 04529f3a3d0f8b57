/* SPDX-License-Identifier: MIT */
#include "report/identity.h"

#include <stdint.h>
#include <string.h>

#include "base/files.h"
#include "sha256.h"

/* ELF notes (elf(5)) in the machine's byte order, from /sys/kernel/notes. Pure. */

enum { ALIGN = 4, BUILD_ID = 3 }; /* NT_GNU_BUILD_ID of elf.h */

static const char owner[] = "GNU";

/* Three words, then the name and the content, each padded to a multiple of ALIGN. */
struct head {
	uint32_t name_size, size, type;
};

/* The size of a part with its padding; `left` + 1 if it does not fit. */
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
		if (head.type == BUILD_ID && head.name_size == sizeof(owner) &&
		    memcmp(at, owner, sizeof(owner)) == 0) {
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

/* All notes of a kernel take about 500 bytes. */
enum { NOTES_MAX = 2048, BUILD_ID_MAX = 64 };

static void
write_build_id(struct text *t, int root)
{
	char notes[NOTES_MAX];
	size_t size = 0;
	long length = file_read_at(root, "sys/kernel/notes", notes, sizeof(notes));
	const unsigned char *id = length > 0 ? notes_build_id(notes, (size_t)length, &size) : NULL;

	if (id == NULL || size > BUILD_ID_MAX)
		return;
	text_string(t, "build_id ");
	for (size_t i = 0; i < size; i++)
		text_hex(t, id[i], 2);
	text_char(t, '\n');
}

/* The hash of the manifest, which packer computes and stores (packer/plan/skeleton.h). */
static void
write_image(struct text *t, int root)
{
	enum { DIGITS = 2 * SHA256_SIZE };
	char image[256];

	file_read_at(root, "etc/lull/image", image, sizeof(image));
	char *hash = file_line(image, "manifest ");
	if (hash == NULL || strspn(hash, "0123456789abcdef") != DIGITS)
		return;
	hash[DIGITS] = '\0';
	text_field_string(t, "image", hash);
}

void
identity_write(struct text *t, int root)
{
	write_build_id(t, root);
	write_image(t, root);
}
