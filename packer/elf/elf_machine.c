/* SPDX-License-Identifier: MIT */
#include "elf/elf_machine.h"

#include <elf.h>
#include <stddef.h>

#include "host/elf.h"

/* glibc, sysdeps/.../dl-hwcaps-subdirs.c */
#define BELOW "glibc-hwcaps/"
static const char *const x86_hwcaps[] = {BELOW "x86-64-v4", BELOW "x86-64-v3", BELOW "x86-64-v2",
					 NULL};
static const char *const power_hwcaps[] = {BELOW "power11", BELOW "power10", BELOW "power9", NULL};
static const char *const s390_hwcaps[] = {BELOW "z17", BELOW "z16", BELOW "z15",
					  BELOW "z14", BELOW "z13", NULL};

/*
 * glibc up to 2.36, elf/dl-hwcaps.c: every combination of "tls", the platform and the capabilities
 * that it thinks important (sysdeps/.../dl-procinfo.h HWCAP_IMPORTANT), longer ones first.
 */
static const char *const x86_legacy[] = {"tls/x86_64/x86_64", "tls/x86_64", "tls",
					 "x86_64/x86_64",     "x86_64",	    NULL};
#define X86(platform)                                                                              \
	{                                                                                          \
		"tls/" platform "/x86_64", "tls/" platform, "tls/x86_64", "tls",                   \
		    platform "/x86_64", platform, "x86_64", NULL                                   \
	}
static const char *const haswell_legacy[] = X86("haswell");
static const char *const xeon_phi_legacy[] = X86("xeon_phi");
static const char *const avx512_legacy[] = {"tls/haswell/avx512_1/x86_64",
					    "tls/haswell/avx512_1",
					    "tls/haswell/x86_64",
					    "tls/haswell",
					    "tls/avx512_1/x86_64",
					    "tls/avx512_1",
					    "tls/x86_64",
					    "tls",
					    "haswell/avx512_1/x86_64",
					    "haswell/avx512_1",
					    "haswell/x86_64",
					    "haswell",
					    "avx512_1/x86_64",
					    "avx512_1",
					    "x86_64",
					    NULL};
static const char *const i386_legacy[] = {"tls/i686/sse2", "tls/i686", "tls/sse2", "tls",
					  "i686/sse2",	   "i686",     "sse2",	   NULL};
static const char *const arm64_legacy[] = {"tls/aarch64", "tls", "aarch64", NULL};
static const char *const atomics_legacy[] = {
    "tls/aarch64/atomics", "tls/aarch64", "tls/atomics", "tls",
    "aarch64/atomics",	   "aarch64",	  "atomics",	 NULL};
static const char *const tls_legacy[] = {"tls", NULL};

/* As above, with the names that the kernel passes in AT_PLATFORM (ELF_PLATFORM). */
static const struct machine_platform x86_platforms[] = {{"haswell", haswell_legacy},
							{"haswell", avx512_legacy},
							{"xeon_phi", xeon_phi_legacy},
							{NULL, NULL}};
static const struct machine_platform arm64_platforms[] = {{"aarch64", atomics_legacy},
							  {NULL, NULL}};
static const struct machine_platform arm_platforms[] = {{"v6l", NULL}, {"v8l", NULL}, {NULL, NULL}};
static const struct machine_platform power_platforms[] = {
    {"power9", NULL}, {"power10", NULL}, {"power11", NULL}, {NULL, NULL}};
static const struct machine_platform s390_platforms[] = {
    {"z10", NULL}, {"z196", NULL}, {"zEC12", NULL}, {"z13", NULL}, {"z14", NULL},
    {"z15", NULL}, {"z16", NULL},  {"z17", NULL},   {NULL, NULL}};

/*
 * Debian: https://wiki.debian.org/Multiarch/Tuples; others: SLIBDIR of glibc's sysdeps, $LIB of its
 * shlib-versions; the cache's flags: sysdeps/generic/ldconfig.h, with FLAG_ELF_LIBC6.
 */
static const struct machine table[] = {
    {EM_X86_64, true, false, 0, 0, "x86_64-linux-gnu", "lib64", "lib64", "x86_64", 0x303,
     x86_hwcaps, x86_legacy, x86_platforms},
    {EM_X86_64, false, false, 0, 0, "x86_64-linux-gnux32", "libx32", "libx32", "x86_64", 0x803,
     x86_hwcaps, x86_legacy, x86_platforms},
    {EM_386, false, false, 0, 0, "i386-linux-gnu", "lib", "lib32", "i686", 0x3, NULL, i386_legacy,
     x86_platforms},
    {EM_AARCH64, true, false, 0, 0, "aarch64-linux-gnu", "lib64", "lib64", "aarch64", 0xa03, NULL,
     arm64_legacy, arm64_platforms},
    {EM_ARM, false, false, EF_ARM_ABI_FLOAT_HARD, EF_ARM_ABI_FLOAT_HARD, "arm-linux-gnueabihf",
     "lib", "lib", "v7l", 0x903, NULL, tls_legacy, arm_platforms},
    {EM_ARM, false, false, 0, EF_ARM_ABI_FLOAT_HARD, "arm-linux-gnueabi", "lib", "lib", "v5l", 0,
     NULL, tls_legacy, arm_platforms},
    {EM_RISCV, true, false, 0, 0, "riscv64-linux-gnu", "lib64/lp64d", "lib64", "", 0, NULL,
     tls_legacy, NULL},
    {EM_PPC64, true, false, 0, 0, "powerpc64le-linux-gnu", "lib64", "lib64", "power8", 0x503,
     power_hwcaps, tls_legacy, power_platforms},
    {EM_PPC64, true, true, 0, 0, "powerpc64-linux-gnu", "lib64", "lib64", "power4", 0x503, NULL,
     tls_legacy, power_platforms},
    {EM_S390, true, true, 0, 0, "s390x-linux-gnu", "lib64", "lib64", "z900", 0x403, s390_hwcaps,
     tls_legacy, s390_platforms},
    {258 /* EM_LOONGARCH */, true, false, 0, 0, "loongarch64-linux-gnu", "lib64", "lib64", "", 0,
     NULL, tls_legacy, NULL},
};

const struct machine *
machine_of(const struct elf *elf)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct machine *m = &table[i];
		if (m->machine == elf->machine && m->is64 == elf->is64 && m->big == elf->big &&
		    (elf->flags & m->mask) == m->flags)
			return m;
	}
	return NULL;
}

const char *
machine_name(const struct elf *elf)
{
	const struct machine *machine = machine_of(elf);

	return machine != NULL ? machine->multiarch : "another machine";
}
