/* SPDX-License-Identifier: MIT */
/* Machine requirements of modules and programs. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mapped.h"
#include "elf/object.h"
#include "host/elf.h"
#include "kernel/module_info.h"
#include "made/module_made.h"

static void
reads_both_classes_and_orders(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		unsigned char file[MODULE_MADE_SIZE];
		struct module_info info;
		module_made(file, kind & 1, kind & 2, 0x12345678);
		assert_int_equal(module_info_read(&info, file, sizeof(file)), 0);
		assert_int_equal(info.is64, kind & 1);
		assert_int_equal(info.big, (kind & 2) != 0);
		assert_int_equal(info.machine, EM_PPC64);
		assert_string_equal(info.vermagic, MODULE_MADE_VERMAGIC);
		assert_int_equal(info.layout, 0x12345678);
	}
}

static void
refuses_other_files(void **state)
{
	unsigned char file[MODULE_MADE_SIZE];
	Elf64_Ehdr *header = (Elf64_Ehdr *)file;
	Elf64_Shdr *sections = (Elf64_Shdr *)(file + MODULE_MADE_SECTIONS);
	struct module_info info;
	(void)state;

#define REFUSED(what, value)                                                                       \
	do {                                                                                       \
		module_made(file, true, false, 1);                                                 \
		what = value;                                                                      \
		assert_int_equal(module_info_read(&info, file, sizeof(file)), -1);                 \
	} while (0)
	REFUSED(header->e_type, ET_DYN);
	REFUSED(header->e_shoff, UINT64_MAX);
	REFUSED(header->e_shoff, MODULE_MADE_SIZE - 4 * sizeof(*sections) + 1);
	REFUSED(header->e_shentsize, sizeof(*sections) - 1);
	REFUSED(header->e_shstrndx, 4);
	REFUSED(header->e_shnum, 1);
	REFUSED(sections[3].sh_offset, UINT64_MAX);
	REFUSED(sections[3].sh_size, 2);
	REFUSED(sections[1].sh_name, UINT32_MAX);
	REFUSED(sections[1].sh_type, SHT_NOBITS);
	REFUSED(sections[1].sh_offset, MODULE_MADE_SIZE);
	/* The string is not terminated within the section. */
	REFUSED(sections[1].sh_size, sizeof("license=GPL") + 30);
	REFUSED(file[MODULE_MADE_INFO + sizeof("license=GPL")], 'V');
	assert_int_equal(module_info_read(&info, "", 0), -1);
	assert_int_equal(module_info_read(&info, ELFMAG, SELFMAG), -1);
	/* Without checksums, it is a module. */
	module_made(file, true, false, 1);
	sections[2].sh_size = 127;
	assert_int_equal(module_info_read(&info, file, sizeof(file)), 0);
	assert_int_equal(info.layout, 0);
}

static void
survives_any_truncation(void **state)
{
	unsigned char file[MODULE_MADE_SIZE];
	(void)state;

	for (int kind = 0; kind < 4; kind++) {
		module_made(file, kind & 1, kind & 2, 1);
		for (size_t size = 1; size < sizeof(file); size++) {
			unsigned char *cut = malloc(size);
			struct module_info info;
			assert_non_null(cut);
			memcpy(cut, file, size);
			if (module_info_read(&info, cut, size) == 0)
				assert_string_equal(info.vermagic, MODULE_MADE_VERMAGIC);
			free(cut);
		}
	}
}

/*
 * The kernel's rule: with checksums on both sides, the release is ignored; else all of vermagic is
 * compared.
 */
static void
decides_as_the_kernel(void **state)
{
	const struct {
		struct module_info module, own;
		bool fits;
	} cases[] = {
	    {{.vermagic = "6.1 SMP "}, {.vermagic = "6.1 SMP "}, true},
	    {{.vermagic = "6.1 SMP "}, {.vermagic = "6.2 SMP "}, false},
	    {{.vermagic = "6.1 SMP "}, {.vermagic = "6.1 SMP preempt "}, false},
	    {{.vermagic = "6.1 SMP ", .layout = 5}, {.vermagic = "6.2 SMP ", .layout = 5}, true},
	    {{.vermagic = "6.1 SMP ", .layout = 5}, {.vermagic = "6.1 SMP ", .layout = 6}, false},
	    {{.vermagic = "6.1 SMP ", .layout = 5}, {.vermagic = "6.2 ", .layout = 5}, false},
	    {{.vermagic = "6.1 SMP ", .layout = 5}, {.vermagic = "6.2 SMP "}, false},
	    {{.vermagic = "6.1 SMP "}, {.vermagic = "6.2 SMP ", .layout = 5}, false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(module_info_fits(&cases[i].module, &cases[i].own), cases[i].fits);
}

/* Copies the last word of a command's output to `word`. */
static void
ask(const char *command, const char *file, char *word, size_t size)
{
	char *whole = NULL;
	FILE *pipe;

	assert_true(asprintf(&whole, command, file) > 0);
	pipe = popen(whole, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(word, (int)size, pipe));
	word[strcspn(word, "\n")] = '\0';
	assert_int_equal(pclose(pipe), 0);
	free(whole);
}

/* Compares with kmod, for some modules of `make kernel`. */
static void
agrees_with_kmod(void **state)
{
	glob_t found;
	size_t compared = 0;
	(void)state;

	assert_int_equal(glob("build/kernel/lib/modules/*/kernel/fs/*/*.ko", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc && compared < 10; i++, compared++) {
		const char *name = found.gl_pathv[i];
		struct module_info info;
		char word[256];
		size_t size;
		void *map = mapped_file(name, &size);
		assert_non_null(map);
		assert_int_equal(module_info_read(&info, map, size), 0);
		assert_int_equal(info.machine, EM_X86_64);
		ask("PATH=$PATH:/sbin:/usr/sbin modinfo -F vermagic %s", name, word, sizeof(word));
		assert_string_equal(info.vermagic, word);
		ask("PATH=$PATH:/sbin:/usr/sbin modprobe --dump-modversions %s | grep -w "
		    "module_layout",
		    name, word, sizeof(word));
		assert_int_equal(info.layout, strtoull(word, NULL, 16));
		mapped_release(map);
	}
	globfree(&found);
	assert_int_equal(compared, 10);
}

static void
reads_releases(void **state)
{
	static const struct {
		const char *release;
		uint32_t number[3];
	} cases[] = {{"6.1.0-56-cloud-amd64", {6, 1, 0}},
		     {"6.12.5", {6, 12, 5}},
		     {"6.18-rc1", {6, 18, 0}},
		     {"5", {5, 0, 0}},
		     {"", {0, 0, 0}},
		     {"next-6.1", {0, 0, 0}},
		     {"4.19.", {4, 19, 0}}};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct elf_abi_kernel kernel = elf_abi_release(cases[i].release);
		assert_memory_equal(kernel.number, cases[i].number, sizeof(kernel.number));
	}
	const struct elf_abi_kernel a = {{5, 10, 0}}, b = {{5, 9, 200}};
	assert_true(elf_abi_compare(&a, &b) > 0);
	assert_true(elf_abi_compare(&b, &a) < 0);
	assert_int_equal(elf_abi_compare(&a, &a), 0);
}

/* Creates an ELF file whose only segment is notes: `size` bytes of words in its byte order. */
static void
with_notes(unsigned char file[ELF_MADE_SIZE], bool is64, bool big, uint16_t machine,
	   const uint32_t *words, size_t size)
{
	unsigned char *header = file + (is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));

	elf_made(file, is64, big);
	ELF_MADE_FIELD(file, Ehdr, e_machine, machine);
	elf_made_segment(header, is64, big, PT_NOTE, ELF_MADE_DYNAMIC, 0, size);
	ELF_MADE_FIELD(header, Phdr, p_align, is64 ? 8 : 4);
	ELF_MADE_FIELD(file, Ehdr, e_phnum, 1);
	for (size_t i = 0; i < size / sizeof(*words); i++)
		elf_made_put(file + ELF_MADE_DYNAMIC + 4 * i, words[i], 4, big);
	for (size_t i = 2; big && i < size / sizeof(*words); i++)
		if (words[i] == 0x554e47)
			memcpy(file + ELF_MADE_DYNAMIC + 4 * i, "GNU", 4);
}

static void
reads_the_oldest_kernel(void **state)
{
	/* For Hurd; for Linux 3.2.0 and 5.4.7; too short for one. */
	static const uint32_t words[] = {4, 16,	      1, 0x554e47, 1, 9, 9, 9,	      4, 16,
					 1, 0x554e47, 0, 3,	   2, 0, 4, 16,	      1, 0x554e47,
					 0, 5,	      4, 7,	   4, 8, 1, 0x554e47, 0, 7};
	unsigned char file[ELF_MADE_SIZE];
	struct elf_abi_kernel kernel;
	struct elf elf;
	(void)state;

	for (int kind = 0; kind < 4; kind++) {
		with_notes(file, kind & 1, kind & 2, EM_PPC64, words, sizeof(words));
		assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
		assert_int_equal(elf_abi_kernel(&elf, &kernel), 0);
		assert_memory_equal(kernel.number, ((uint32_t[]){5, 4, 7}), sizeof(kernel.number));
		with_notes(file, kind & 1, kind & 2, EM_PPC64, words, 32);
		assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
		assert_int_equal(elf_abi_kernel(&elf, &kernel), -1);
	}
}

static void
reads_the_level(void **state)
{
	/* Another property of 4 bytes, padded to 8, then the relevant one. */
	uint32_t words[] = {4, 32, 5, 0x554e47, 0xc0000002, 4, 3, 0, 0xc0008002, 4, 0, 0};
	static const struct {
		uint32_t bits;
		int level;
	} cases[] = {{0, 0}, {1, 1}, {2, 2}, {3, 2}, {5, 3}, {15, 4}, {8, 4}, {16, 0}};
	unsigned char file[ELF_MADE_SIZE];
	struct elf elf;
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		words[10] = cases[i].bits;
		with_notes(file, true, false, EM_X86_64, words, sizeof(words));
		assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
		assert_int_equal(elf_abi_level(&elf), cases[i].level);
	}
	/* On other machines, the same numbers have another meaning. */
	with_notes(file, true, false, EM_AARCH64, words, sizeof(words));
	assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
	assert_int_equal(elf_abi_level(&elf), 0);
	/* A length beyond the end of the note ends the parsing. */
	words[10] = 4;
	words[5] = UINT32_MAX;
	with_notes(file, true, false, EM_X86_64, words, sizeof(words));
	assert_int_equal(elf_open(&elf, file, sizeof(file)), 0);
	assert_int_equal(elf_abi_level(&elf), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_both_classes_and_orders),
	    cmocka_unit_test(refuses_other_files),
	    cmocka_unit_test(survives_any_truncation),
	    cmocka_unit_test(decides_as_the_kernel),
	    cmocka_unit_test(agrees_with_kmod),
	    cmocka_unit_test(reads_releases),
	    cmocka_unit_test(reads_the_oldest_kernel),
	    cmocka_unit_test(reads_the_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
