/* SPDX-License-Identifier: MIT */
#include "elf/object.h"

#include <elf.h>
#include <errno.h>
#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "elf/rules.h"
#include "host/elf_note.h"
#include "host/elf_read.h"
#include "host/memory.h"

/* Machine requirements in the notes of an ELF file: the oldest kernel and the processor. Pure. */

static const char owner[] = "GNU";

int
elf_abi_kernel(const struct elf *elf, struct elf_abi_kernel *kernel)
{
	struct elf_notes notes = {.header = 0};
	const unsigned char *data;
	int result = -1;
	size_t length;

	/* Each part that was linked in may have one: the latest version applies. */
	while ((data = elf_next_note(elf, &notes, owner, NT_GNU_ABI_TAG, &length)) != NULL) {
		uint64_t at = (uint64_t)(data - elf->data);
		struct elf_abi_kernel one;
		if (length < 16 || elf_number(elf, at, 4) != ELF_NOTE_OS_LINUX)
			continue;
		for (uint64_t i = 0; i < 3; i++)
			one.number[i] = (uint32_t)elf_number(elf, at + 4 * (i + 1), 4);
		if (result != 0 || elf_abi_compare(&one, kernel) > 0)
			*kernel = one;
		result = 0;
	}
	return result;
}

struct elf_abi_kernel
elf_abi_release(const char *release)
{
	struct elf_abi_kernel kernel = {{0}};

	for (int i = 0; i < 3; i++) {
		char *end;
		if (*release < '0' || *release > '9')
			break;
		kernel.number[i] = (uint32_t)strtoul(release, &end, 10);
		if (*end != '.')
			break;
		release = end + 1;
	}
	return kernel;
}

int
elf_abi_compare(const struct elf_abi_kernel *a, const struct elf_abi_kernel *b)
{
	for (int i = 0; i < 3; i++)
		if (a->number[i] != b->number[i])
			return a->number[i] < b->number[i] ? -1 : 1;
	return 0;
}

/*
 * Returns the bits of GNU_PROPERTY_X86_ISA_1_NEEDED in the `length` bytes of properties at `at`, 0
 * if it is missing.
 */
static uint32_t
needed_bits(const struct elf *elf, uint64_t at, uint64_t length)
{
	enum { HEADER = 8 };
	static const uint32_t isa_1_needed = 0xc0008002;
	uint64_t align = elf->is64 ? 8 : 4;

	while (length >= HEADER) {
		uint64_t type = elf_number(elf, at, 4), size = elf_number(elf, at + 4, 4);
		uint64_t whole = HEADER + (size + align - 1) / align * align;
		if (size > length - HEADER)
			break;
		if (type == isa_1_needed && size == 4)
			return (uint32_t)elf_number(elf, at + HEADER, 4);
		if (whole > length)
			break;
		at += whole;
		length -= whole;
	}
	return 0;
}

int
elf_abi_level(const struct elf *elf)
{
	enum { LEVELS = 4 };
	struct elf_notes notes = {.header = 0};
	const unsigned char *data;
	uint32_t bits = 0;
	size_t length;
	int level = 0;

	if (elf->machine != EM_X86_64 && elf->machine != EM_386)
		return 0;
	while ((data = elf_next_note(elf, &notes, owner, NT_GNU_PROPERTY_TYPE_0, &length)) != NULL)
		bits |= needed_bits(elf, (uint64_t)(data - elf->data), length);
	for (int i = 0; i < LEVELS; i++)
		if ((bits & 1U << i) != 0)
			level = i + 1;
	return level;
}

/* Returns the last of the strings with `tag`, the one that loaders use. */
static const char *
last_string(const struct elf *elf, uint64_t tag)
{
	const char *string = NULL, *next;
	uint64_t at = 0;

	while ((next = elf_next(elf, tag, &at)) != NULL)
		string = next;
	return string;
}

static void
read_loads(struct object *object)
{
	struct elf_notes notes = {.header = 0};
	const unsigned char *data;
	size_t length;

	while ((data = elf_next_note(&object->elf, &notes, DLOPEN_NOTE_OWNER, DLOPEN_NOTE_TYPE,
				     &length)) != NULL)
		if (dlopen_note_read(&object->loads, data, length) != 0)
			object->loads_are_broken = true;
}

static void
read_kind(struct object *object)
{
	if (script_is(object->map, object->size)) {
		object->kind = OBJECT_SCRIPT;
		object->result = script_read(&object->script, object->map, object->size);
	} else if (elf_is(object->map, object->size)) {
		object->kind = OBJECT_BROKEN_ELF;
		if (elf_open(&object->elf, object->map, object->size) != 0)
			return;
		object->kind = OBJECT_ELF;
		object->soname = last_string(&object->elf, DT_SONAME);
		object->rpath = last_string(&object->elf, DT_RPATH);
		object->runpath = last_string(&object->elf, DT_RUNPATH);
		object->rules = rules_match(&object->elf, object->soname);
		read_loads(object);
	}
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct object *)a)->path, ((const struct object *)b)->path);
}

static void
destroy_object(void *node)
{
	struct object *object = node;

	if (object->map != NULL)
		mapped_release(object->map);
	dlopen_note_free(&object->loads);
	free(object->path);
	free(object);
}

const struct object *
object_get(struct objects *objects, const char *path)
{
	const struct object key = {.path = (char *)path};
	void **node = tfind(&key, &objects->paths, compare_names);

	if (node != NULL)
		return *node;
	size_t size = 0;
	void *map = mapped_file(path, &size);
	if (map == NULL && errno != 0)
		return NULL;
	struct object *object = xcalloc(1, sizeof(*object));
	object->path = xstrdup(path);
	object->map = map;
	object->size = size;
	if (map != NULL)
		read_kind(object);
	if (object->kind != OBJECT_ELF && map != NULL) {
		mapped_release(map);
		object->map = NULL;
	}
	node = tsearch(object, &objects->paths, compare_names);
	if (node == NULL)
		memory_die();
	return object;
}

void
objects_free(struct objects *objects)
{
	tdestroy(objects->paths, destroy_object);
	objects->paths = NULL;
}
