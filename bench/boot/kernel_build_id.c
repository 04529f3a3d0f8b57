/* SPDX-License-Identifier: MIT */
#include "boot/kernel_build_id.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

#include "host/elf.h"
#include "host/elf_note.h"
#include "text.h"

enum { MOST = (KERNEL_BUILD_ID - 1) / 2, PAGE = 4096, VDSO_PAGES = 16 };

static bool
read_note(char id[KERNEL_BUILD_ID], const unsigned char *bytes, size_t length)
{
	struct text t = text_in(id, KERNEL_BUILD_ID - 1);

	if (length == 0 || length > MOST)
		return false;
	for (size_t i = 0; i < length; i++)
		text_hex(&t, bytes[i], 2);
	id[t.used] = '\0';
	return true;
}

/* The build id of an ELF file, and its length; NULL: it has none or is not ELF. */
static const unsigned char *
find_in_elf(const unsigned char *data, size_t size, size_t *length)
{
	struct elf_notes notes = {.header = 0};
	struct elf elf;

	if (!elf_is(data, size) || elf_open(&elf, data, size) != 0)
		return NULL;
	return elf_next_note(&elf, &notes, ELF_NOTE_GNU, NT_GNU_BUILD_ID, length);
}

/*
 * Returns whether the build id at `at` is that of an embedded ELF file, such as a vDSO, which
 * begins at a page boundary.
 */
static bool
is_of_elf(const unsigned char *data, size_t size, size_t at)
{
	size_t page = at / PAGE, last = page < VDSO_PAGES ? 0 : page - VDSO_PAGES, length;

	for (page++; page-- > last;)
		if (find_in_elf(data + page * PAGE, size - page * PAGE, &length) == data + at)
			return true;
	return false;
}

static bool
find_in_image(const unsigned char *data, size_t size, char id[KERNEL_BUILD_ID])
{
	static const unsigned char type_and_owner[] = {NT_GNU_BUILD_ID, 0, 0, 0, 'G', 'N', 'U', 0};
	const unsigned char *end = data + size, *at = data, *found = NULL;
	size_t found_length = 0;

	/* The sizes of the owner's name and of the id come before these bytes. */
	while ((at = memmem(at, (size_t)(end - at), type_and_owner, sizeof(type_and_owner))) !=
	       NULL) {
		const unsigned char *sizes = at - 8, *bytes = at + sizeof(type_and_owner);
		size_t length = at - data < 8 ? 0 : sizes[4];
		at++;
		if (length == 0 || length > MOST || memcmp(sizes, "\4\0\0", 4) != 0 ||
		    memcmp(sizes + 5, "\0\0", 3) != 0 || length > (size_t)(end - bytes) ||
		    is_of_elf(data, size, (size_t)(bytes - data)))
			continue;
		if (found != NULL && (length != found_length || memcmp(found, bytes, length) != 0))
			return false;
		found = bytes;
		found_length = length;
	}
	return found != NULL && read_note(id, found, found_length);
}

bool
kernel_build_id(const void *data, size_t size, char id[KERNEL_BUILD_ID])
{
	size_t length = 0;

	id[0] = '\0';
	if (!elf_is(data, size))
		return find_in_image(data, size, id);
	const unsigned char *bytes = find_in_elf(data, size, &length);
	return bytes != NULL && read_note(id, bytes, length);
}
