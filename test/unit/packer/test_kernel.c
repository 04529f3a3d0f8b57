/* SPDX-License-Identifier: MIT */
/* Kernels' files and configurations. The real ones are those of `make kernel`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mapped.h"
#include "host/kernel_image.h"
#include "kernel/kernel.h"
#include "kernel/kernel_config.h"
#include "made/elf_made.h"
#include "made/kernel_made.h"

#define REAL "build/kernel/vmlinuz"
#define REAL_CONFIG "build/kernel/config"

static void
reads_the_real_kernel(void **state)
{
	struct kernel_file file;
	struct kernel_image inner;
	char *real = realpath(REAL, NULL), *text = NULL;
	size_t size;
	(void)state;

	assert_non_null(real);
	assert_int_equal(kernel_file_open(&file, REAL), 0);
	kernel_file_complete(&file);
	assert_int_equal(file.image.machine, EM_X86_64);
	assert_true(file.image.is64 && !file.image.big);
	/* Debian's file is named after its release. */
	assert_string_equal(file.image.release, strstr(real, "vmlinuz-") + strlen("vmlinuz-"));
	assert_null(file.unpacked);
	/*
	 * It contains no configuration, which is known only after unpacking; the unpacked file is
	 * ELF, of the same release.
	 */
	assert_false(kernel_file_config(&file, &text, &size));
	assert_non_null(file.unpacked);
	assert_int_equal(kernel_image_read(&inner, file.unpacked, file.unpacked_size), 0);
	assert_int_equal(inner.machine, EM_X86_64);
	assert_true(inner.is64);
	assert_string_equal(inner.release, file.image.release);
	kernel_file_close(&file);
	free(real);
}

static void
reads_headers(void **state)
{
	unsigned char file[KERNEL_MADE_SIZE];
	struct kernel_image image;
	(void)state;

	kernel_made_bzimage(file, 0x20f, 1);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, EM_X86_64);
	assert_string_equal(image.release, KERNEL_MADE_RELEASE);
	assert_ptr_equal(image.packed, file + KERNEL_MADE_PACKED);
	assert_int_equal(image.packed_size, KERNEL_MADE_SIZE - KERNEL_MADE_PACKED);
	kernel_made_bzimage(file, 0x20c, 0);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, EM_386);
	assert_false(image.is64);
	/* Older headers have fewer fields. */
	kernel_made_bzimage(file, 0x20b, 1);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, 0);
	assert_non_null(image.packed);
	kernel_made_bzimage(file, 0x207, 1);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_null(image.packed);
	for (int is_big = 0; is_big <= 1; is_big++) {
		kernel_made_image(file, "ARM\x64", is_big);
		assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
		assert_int_equal(image.machine, EM_AARCH64);
		assert_int_equal(image.big, is_big);
		assert_string_equal(image.release, KERNEL_MADE_RELEASE);
	}
	kernel_made_image(file, "RSC\x05", 0);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, EM_RISCV);
	kernel_made_zboot(file, 0xaa64);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, EM_AARCH64);
	assert_string_equal(image.release, "");
	assert_ptr_equal(image.packed, file + KERNEL_MADE_PACKED);
	kernel_made_zboot(file, 0x1234);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, 0);
}

static void
completes_headers_from_the_unpacked_kernel(void **state)
{
	struct kernel_image image = {.machine = EM_X86_64, .is64 = true};
	const struct kernel_image inner = {.machine = EM_AARCH64, .big = true, .release = "6.1"};
	(void)state;

	kernel_image_join(&image, &inner);
	assert_int_equal(image.machine, EM_X86_64);
	assert_false(image.big);
	assert_string_equal(image.release, "6.1");
	image = (struct kernel_image){.release = "5.4"};
	kernel_image_join(&image, &inner);
	assert_int_equal(image.machine, EM_AARCH64);
	assert_true(image.big);
	assert_string_equal(image.release, "5.4");
}

/* An ELF file is a kernel if it has the banner, and no loader. */
static void
distinguishes_vmlinux_from_programs(void **state)
{
	unsigned char file[ELF_MADE_SIZE + 64] = {0};
	struct kernel_image image;
	(void)state;

	elf_made(file, true, true);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), -1);
	strcpy((char *)file + ELF_MADE_SIZE, KERNEL_MADE_BANNER);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), -1);
	/* The second program header is PT_INTERP. */
	elf_made_segment(file + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr), true, true, PT_NULL, 0, 0,
			 0);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(image.machine, EM_PPC64);
	assert_true(image.big);
	assert_string_equal(image.release, KERNEL_MADE_RELEASE);
	assert_int_equal(kernel_image_read(&image, "#!/bin/sh\n", 10), -1);
	assert_int_equal(kernel_image_read(&image, "", 0), -1);
}

/* Text that looks like a release but is none. */
static void
refuses_words_that_are_no_release(void **state)
{
	static const char *const others[] = {"%s (%s)", "/etc", "x6.1", "", " 6.1", "6/1"};
	unsigned char file[KERNEL_MADE_SIZE];
	struct kernel_image image;
	(void)state;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		kernel_made_bzimage(file, 0x20f, 1);
		strcpy((char *)file + 0x300, others[i]);
		assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
		assert_string_equal(image.release, "");
	}
	memset(file + 0x300, '6', KERNEL_RELEASE);
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_string_equal(image.release, "");
	file[0x300 + KERNEL_RELEASE - 1] = '\0';
	assert_int_equal(kernel_image_read(&image, file, sizeof(file)), 0);
	assert_int_equal(strlen(image.release), KERNEL_RELEASE - 1);
}

/*
 * Each truncation, in memory of exactly its size: a sanitizer detects reads beyond it and beyond
 * the compressed data inside.
 */
static void
survives_any_truncation(void **state)
{
	unsigned char files[4][KERNEL_MADE_SIZE];
	(void)state;

	kernel_made_bzimage(files[0], 0x20f, 1);
	kernel_made_image(files[1], "ARM\x64", 0);
	kernel_made_image(files[2], "RSC\x05", 0);
	kernel_made_zboot(files[3], 0x8664);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		for (size_t size = 1; size <= KERNEL_MADE_SIZE; size++) {
			unsigned char *cut = malloc(size);
			struct kernel_image image;
			size_t config_size;
			assert_non_null(cut);
			memcpy(cut, files[i], size);
			kernel_image_read(&image, cut, size);
			assert_true(image.packed == NULL || size == KERNEL_MADE_SIZE);
			assert_null(kernel_image_config(cut, size, &config_size));
			free(cut);
		}
	}
}

static void
finds_the_configuration_within(void **state)
{
	static const char kernel[] = "IKCFG_ST alone, IKCFG_STIKCFG_ST\x1f\x8b packed IKCFG_EDrest";
	static const char cut[] = "IKCFG_ST\x1f\x8b packed";
	size_t size;
	(void)state;

	const unsigned char *config = kernel_image_config(kernel, sizeof(kernel) - 1, &size);
	assert_non_null(config);
	assert_memory_equal(config, "\x1f\x8b packed ", size);
	assert_int_equal(size, 10);
	assert_non_null(kernel_image_config(cut, sizeof(cut) - 1, &size));
	assert_int_equal(size, 9);
	assert_null(kernel_image_config("IKCFG_ST\x1f", 9, &size));
	assert_null(kernel_image_config("", 0, &size));
}

static const char text[] =
    "#\n# Automatically generated file; DO NOT EDIT.\n#\nCONFIG_A=y\nCONFIG_AB=m\n"
    "# CONFIG_OFF is not set\nCONFIG_TEXT=\"CONFIG_B=y\"\nCONFIG_N=n\nCONFIG_TWICE=y\n"
    " CONFIG_INDENTED=y\n# CONFIG_TWICE is not "
    "set\nCONFIG_AGAIN=n\nCONFIG_AGAIN=m\nCONFIG_LAST=0x10";

static void
reads_options(void **state)
{
	const struct kernel_config config = {text, strlen(text)};
	const struct {
		const char *name;
		char state;
	} states[] = {{"A", 'y'},    {"AB", 'm'},      {"OFF", 'n'},   {"TEXT", 'n'},
		      {"B", 'n'},    {"N", 'n'},       {"", 'n'},      {"INDENTED", 'n'},
		      {"LAST", 'n'}, {"NOWHERE", 'n'}, {"TWICE", 'n'}, {"AGAIN", 'm'}};
	size_t length;
	(void)state;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		assert_int_equal(kernel_config_state(&config, states[i].name), states[i].state);
	assert_memory_equal(kernel_config_find(&config, "TEXT", &length), "\"CONFIG_B=y\"", 12);
	assert_int_equal(length, 12);
	assert_memory_equal(kernel_config_find(&config, "LAST", &length), "0x10", 4);
	assert_int_equal(length, 4);
	assert_null(kernel_config_find(&config, "OFF", &length));
	assert_null(kernel_config_find(&config, "N", &length));
}

static void
distinguishes_configurations_from_other_texts(void **state)
{
	static const char *const others[] = {
	    "", "\n", "CONFIG_A", "# CONFIG_A is not set\n", "x CONFIG_A=y\n", "CONFIG_\n=y"};
	const struct kernel_config none = {NULL, 0}, one = {"\nCONFIG_A=y", 11};
	(void)state;

	assert_true(kernel_config_is(&one));
	assert_false(kernel_config_is(&none));
	assert_int_equal(kernel_config_state(&none, "A"), 'n');
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct kernel_config config = {others[i], strlen(others[i])};
		assert_false(kernel_config_is(&config));
	}
}

/* Compares each option of the real configuration with a second parser. */
static void
agrees_on_the_real_configuration(void **state)
{
	char *whole = NULL, line[4096], name[4096], value;
	struct kernel_config config;
	uint16_t machine;
	bool is64, big;
	int lines = 0, compared = 0;
	(void)state;

	assert_int_equal(kernel_file_config_of(REAL_CONFIG, &whole, &config.size), 0);
	config.text = whole;
	FILE *file = fopen(REAL_CONFIG, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		bool is_off = sscanf(line, "# CONFIG_%4000s is not set", name) == 1;
		/* Checks about 250 of thousands, as each lookup reads the whole text. */
		if (lines++ % 20 != 0)
			continue;
		compared += is_off;
		if (is_off)
			assert_int_equal(kernel_config_state(&config, name), 'n');
		else if (sscanf(line, "CONFIG_%4000[A-Za-z0-9_]=%c\n", name, &value) == 2 &&
			 (strstr(line, "=y\n") != NULL || strstr(line, "=m\n") != NULL))
			assert_int_equal(kernel_config_state(&config, name), value), compared++;
	}
	assert_true(compared > 100);
	fclose(file);
	assert_int_equal(kernel_config_machine(&config, &machine, &is64, &big), 0);
	assert_int_equal(machine, EM_X86_64);
	assert_true(is64 && !big);
	free(whole);
}

static void
reads_the_machine_of_a_configuration(void **state)
{
	static const struct {
		const char *text;
		uint16_t machine;
		bool is64, big;
	} machines[] = {
	    {"CONFIG_X86_32=y", EM_386, false, false},
	    {"CONFIG_64BIT=y\nCONFIG_ARM64=y", EM_AARCH64, true, false},
	    {"CONFIG_ARM=y\nCONFIG_CPU_BIG_ENDIAN=y", EM_ARM, false, true},
	    {"CONFIG_RISCV=y\nCONFIG_64BIT=y", EM_RISCV, true, false},
	    {"CONFIG_PPC=y\nCONFIG_64BIT=y\nCONFIG_CPU_LITTLE_ENDIAN=y", EM_PPC64, true, false},
	    {"CONFIG_PPC=y\nCONFIG_CPU_BIG_ENDIAN=y", EM_PPC, false, true},
	    {"CONFIG_S390=y\nCONFIG_64BIT=y", EM_S390, true, true}};
	const struct kernel_config none = {"CONFIG_A=y", 10};
	uint16_t machine;
	bool is64, big;
	(void)state;

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		const struct kernel_config config = {machines[i].text, strlen(machines[i].text)};
		assert_int_equal(kernel_config_machine(&config, &machine, &is64, &big), 0);
		assert_int_equal(machine, machines[i].machine);
		assert_int_equal(is64, machines[i].is64);
		assert_int_equal(big, machines[i].big);
	}
	assert_int_equal(kernel_config_machine(&none, &machine, &is64, &big), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_real_kernel),
	    cmocka_unit_test(reads_headers),
	    cmocka_unit_test(completes_headers_from_the_unpacked_kernel),
	    cmocka_unit_test(distinguishes_vmlinux_from_programs),
	    cmocka_unit_test(refuses_words_that_are_no_release),
	    cmocka_unit_test(survives_any_truncation),
	    cmocka_unit_test(finds_the_configuration_within),
	    cmocka_unit_test(reads_options),
	    cmocka_unit_test(distinguishes_configurations_from_other_texts),
	    cmocka_unit_test(agrees_on_the_real_configuration),
	    cmocka_unit_test(reads_the_machine_of_a_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
