/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as an ELF file or a script, and as changes of a valid ELF file: three bytes each, two
 * for the offset, one for the value.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf_machine.h"
#include "elf/elf_symbol.h"
#include "elf/loader.h"
#include "elf/rules.h"
#include "elf/script.h"
#include "host/elf.h"
#include "host/elf_note.h"
#include "made/elf_parts_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each note and each imported symbol is inside the file, and is returned once. */
static void
read_parts(const struct elf *elf)
{
	struct elf_notes notes = {.header = 0};
	struct elf_symbols symbols;
	const unsigned char *data;
	const char *name;
	size_t length, count = 0;

	while ((data = elf_next_note(elf, &notes, "FDO", 7, &length)) != NULL)
		if (data < elf->data || data - elf->data + length > elf->size ||
		    count++ > elf->size * elf->header_count)
			abort();
	elf_symbols_start(elf, &symbols);
	for (count = 0; (name = elf_next_import(elf, &symbols)) != NULL; count++)
		if (strlen(name) >= ELF_SYMBOL || count > elf->size)
			abort();
	rules_match(elf, "libpam.so.0");
	elf_has_string(elf, "GLIBC_2.34");
}

/* Reads all parts, from memory of the exact size. */
static void
read_all(const unsigned char *data, size_t size)
{
	static const uint64_t tags[] = {DT_NEEDED, DT_SONAME,	 DT_RPATH, DT_RUNPATH,
					DT_FILTER, DT_AUXILIARY, DT_AUDIT, DT_DEPAUDIT};
	const char *directory = NULL;
	unsigned char *exact = malloc(size > 0 ? size : 1);
	struct loader loader;
	struct elf elf;
	size_t total = 0;

	if (exact == NULL)
		return;
	memcpy(exact, data, size);
	if (elf_open(&elf, exact, size) == 0) {
		for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
			const char *string;
			uint64_t at = 0;
			while ((string = elf_next(&elf, tags[i], &at)) != NULL)
				total += strlen(string);
		}
		if (elf.interpreter != NULL)
			total += strlen(elf.interpreter);
		read_parts(&elf);
		machine_of(&elf);
		machine_name(&elf);
		if (!elf_match(&elf, &elf) || total > size * (elf.dynamic_count + 1))
			abort();
	}
	loader_read(&loader, exact, size);
	directory = loader.first;
	for (size_t count = loader.count; count > 0; count--)
		directory += strlen(directory) + 1;
	if (directory != NULL && directory > (char *)exact + size)
		abort();
	free(exact);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char file[ELF_PARTS_SIZE];
	struct script script;

	read_all(data, size);
	script_read(&script, (const char *)data, size);
	elf_parts_made(file, size % 2, size / 2 % 2, size % 8 < 4 ? 4 : 8,
		       (enum elf_parts_hash)(size / 8 % 3));
	for (size_t i = 0; i + 3 <= size; i += 3)
		file[(data[i] << 8 | data[i + 1]) % ELF_PARTS_SIZE] = data[i + 2];
	read_all(file, size > 0 && data[0] % 4 == 0 ? data[size - 1] * 8U : sizeof(file));
	return 0;
}
