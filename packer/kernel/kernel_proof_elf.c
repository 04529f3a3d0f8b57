/* SPDX-License-Identifier: MIT */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf_abi.h"
#include "elf/elf_machine.h"
#include "elf/elf_symbol.h"
#include "host/elf.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "kernel/kernel_proof.h"

/* What the table calls a 32-bit program on a 64-bit kernel. */
struct narrow {
	uint16_t kernel, program;
	const char *name;
	const char *subject;
};

static const struct narrow narrow[] = {
    {EM_X86_64, EM_386, "elf32", "a 32-bit program"},	{EM_X86_64, EM_X86_64, "x32", "an x32 program"},
    {EM_AARCH64, EM_ARM, "compat", "a 32-bit program"}, {EM_PPC64, EM_PPC, "compat", "a 32-bit program"},
    {EM_S390, EM_S390, "compat", "a 31-bit program"},	{EM_RISCV, EM_RISCV, "compat", "a 32-bit program"},
    {EM_MIPS, EM_MIPS, "compat", "a 32-bit program"},
};

/* Returns whether the kernel could execute the file, however it was configured. */
static bool
check_machine(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	const struct kernel *kernel = proof->kernel;
	const struct elf *elf = file->elf;

	if (kernel->machine == 0)
		return true;
	if (elf->machine == kernel->machine && elf->is64 == kernel->is64 && elf->big == kernel->big) {
		if (elf->is64)
			kernel_proof_need(proof, "program", "elf64", file->level, file->path, "a 64-bit program");
		return true;
	}
	for (size_t i = 0; i < sizeof(narrow) / sizeof(*narrow); i++)
		if (kernel->is64 && !elf->is64 && elf->big == kernel->big && narrow[i].kernel == kernel->machine &&
		    narrow[i].program == elf->machine) {
			kernel_proof_need(proof, "program", narrow[i].name, file->level, file->path, narrow[i].subject);
			return true;
		}
	char *text = memory_format("it is for %s, and the kernel is for %s; take one for the machine of the other",
				   machine_name(elf), kernel_proof_machine(kernel));
	findings_add(&proof->findings, file->level, file->path, NULL, text);
	free(text);
	return false;
}

static bool
has_text(const struct elf *elf, const char *text)
{
	return memmem(elf->data, elf->size, text, strlen(text)) != NULL;
}

/* The first string with `tag`, or NULL. */
static const char *
first_string(const struct elf *elf, uint64_t tag)
{
	uint64_t at = 0;

	return elf_next(elf, tag, &at);
}

/*
 * glibc up to 2.35 ends with "kernel too old" where the kernel is older than a file is made for, in the loader or in a
 * static program itself; later ones go on and count on what that kernel has.
 */
static void
check_age(struct kernel_proof *proof, const struct kernel_proof_file *file, const char *soname)
{
	static const char refusal[] = "kernel too old";
	struct elf_abi_kernel wanted, release = elf_abi_release(proof->kernel->release);
	const struct elf *elf = file->elf;

	if (soname != NULL && strncmp(soname, "ld", 2) == 0)
		proof->loader_is_strict |= has_text(elf, refusal);
	if (proof->kernel->release[0] == '\0' || elf_abi_kernel(elf, &wanted) != 0 ||
	    elf_abi_compare(&wanted, &release) <= 0)
		return;
	bool is_static = elf->interpreter == NULL && soname == NULL && first_string(elf, DT_NEEDED) == NULL;
	char *text = memory_format("it is made for Linux %u.%u.%u and later, and the kernel is %s; take an older C "
				   "library, or a later kernel",
				   wanted.number[0], wanted.number[1], wanted.number[2], proof->kernel->release);
	findings_add(is_static ? &proof->findings : &proof->by_loader,
		     is_static && has_text(elf, refusal) ? FINDING_ERROR : FINDING_WARNING, file->path, NULL, text);
	free(text);
}

/* Loaders take files from such directories on the processors that they are for, and on others what is packed beside. */
static bool
is_for_some_processors(const char *path)
{
	static const char *const parts[] = {"/glibc-hwcaps/", "/haswell/", "/xeon_phi/", "/avx512_1/"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(path, parts[i]) != NULL)
			return true;
	return false;
}

static void
check_level(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	int level = elf_abi_level(file->elf);

	if (level <= 1 || is_for_some_processors(file->path))
		return;
	char *text =
	    memory_format("it needs a processor of the level x86-64-v%d: on a lesser one, as QEMU's default%s, "
			  "it ends; compile it for x86-64, or give the machine such a processor",
			  level, level > 2 ? " and that of bench boot --exact" : "");
	findings_add(&proof->findings, FINDING_WARNING, file->path, NULL, text);
	free(text);
}

static int
compare_name(const void *name, const void *row)
{
	return strcmp(name, (*(const struct needs_row *const *)row)->name);
}

/* What a library asks for, it may ask for only where a program wants something special of it. */
static void
check_symbols(struct kernel_proof *proof, const struct kernel_proof_file *file, bool is_library)
{
	struct elf_symbols symbols;
	const char *name;

	if (proof->symbol_count == 0)
		return;
	elf_symbols_start(file->elf, &symbols);
	while ((name = elf_next_import(file->elf, &symbols)) != NULL) {
		const struct needs_row *const *row =
		    bsearch(name, proof->symbols, proof->symbol_count, sizeof(*proof->symbols), compare_name);
		if (row != NULL)
			kernel_proof_row(proof, *row, is_library ? FINDING_NOTE : FINDING_WARNING, file->path, name);
	}
}

void
kernel_proof_elf(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	const struct elf *elf = file->elf;
	const char *soname = first_string(elf, DT_SONAME);
	bool is_program =
	    soname == NULL && (elf->type == ET_EXEC || elf->interpreter != NULL || (elf->flags_1 & DF_1_PIE) != 0);

	/* Others are data: what is not linked yet, firmware for another processor. */
	if (!(elf->type == ET_DYN || (elf->type == ET_EXEC && file->is_executable)) || !check_machine(proof, file))
		return;
	check_age(proof, file, soname);
	check_level(proof, file);
	check_symbols(proof, file, !is_program);
}
