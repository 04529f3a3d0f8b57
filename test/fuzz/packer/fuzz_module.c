/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a kernel module and as a program with notes, and as changes of valid ones: three
 * bytes each, two for the offset, one for the value.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/object.h"
#include "host/elf.h"
#include "kernel/module_info.h"
#include "made/module_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads all parts, from memory of the exact size. */
static void
read_all(const unsigned char *data, size_t size)
{
	unsigned char *exact = malloc(size > 0 ? size : 1);
	struct elf_abi_kernel kernel;
	struct module_info info;
	struct elf elf;

	if (exact == NULL)
		return;
	memcpy(exact, data, size);
	if (module_info_read(&info, exact, size) == 0 &&
	    (strlen(info.vermagic) >= size || !module_info_fits(&info, &info)))
		abort();
	if (elf_open(&elf, exact, size) == 0) {
		elf_abi_kernel(&elf, &kernel);
		if (elf_abi_level(&elf) > 4)
			abort();
	}
	free(exact);
}

/* A program whose first segment has notes: the minimum kernel and the processor level. */
static void
make_program(unsigned char file[ELF_MADE_SIZE], bool is64, bool big)
{
	static const uint32_t notes[][8] = {{4, 16, 1, 0x554e47, 0, 6, 1, 0},
					    {4, 16, 5, 0x554e47, 0xc0008002, 4, 7, 0}};
	unsigned char *header = file + (is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));

	elf_made(file, is64, big);
	ELF_MADE_FIELD(file, Ehdr, e_machine, EM_X86_64);
	ELF_MADE_FIELD(file, Ehdr, e_phnum, 1);
	elf_made_segment(header, is64, big, PT_NOTE, ELF_MADE_DYNAMIC, 0, 64);
	for (size_t i = 0; i < 16; i++)
		elf_made_put(file + ELF_MADE_DYNAMIC + 4 * i, notes[i / 8][i % 8], 4, big);
	for (size_t i = 0; i < 2; i++)
		memcpy(file + ELF_MADE_DYNAMIC + 32 * i + 12, "GNU", 4);
}

/* Writes values to offsets, both from the input. */
static void
change(unsigned char *file, size_t room, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 3 <= size; i += 3)
		file[(data[i] << 8 | data[i + 1]) % room] = data[i + 2];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char module[MODULE_MADE_SIZE], program[ELF_MADE_SIZE];

	read_all(data, size);
	module_made(module, size % 2, size / 2 % 2, 1);
	change(module, sizeof(module), data, size);
	read_all(module, size > 0 && data[0] % 4 == 0 ? data[size - 1] * 4U : sizeof(module));
	make_program(program, size % 2, size / 2 % 2);
	change(program, sizeof(program), data, size);
	read_all(program, sizeof(program));
	return 0;
}
