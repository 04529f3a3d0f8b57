/* SPDX-License-Identifier: MIT */
#include "report/identity.h"

#include <string.h>

#include "base/files.h"
#include "report/notes.h"
#include "sha256.h"

/* All notes of a kernel are some 500 bytes. */
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

/* Packer has hashed the manifest and written that down (packer/plan/skeleton.h). */
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
