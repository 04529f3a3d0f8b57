/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <elf.h>
#include <stddef.h>

#include "elf.h"

/* glibc, sysdeps/.../dl-hwcaps-subdirs.c; $PLATFORM: the same folders, and the kernel's ELF_PLATFORM. */
static const char *const x86_hwcaps[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2", NULL};
static const char *const power_hwcaps[] = {"power11", "power10", "power9", NULL};
static const char *const s390_hwcaps[] = {"z17", "z16", "z15", "z14", "z13", NULL};
static const char *const x86_platforms[] = {"haswell", "xeon_phi", NULL};
static const char *const arm_platforms[] = {"v6l", "v8l", NULL};
static const char *const power_platforms[] = {"power9", "power10", "power11", NULL};
static const char *const s390_platforms[] = {"z10", "z196", "zEC12", "z13", "z14", "z15", "z16", "z17", NULL};

/*
 * Debian: https://wiki.debian.org/Multiarch/Tuples; others: SLIBDIR of glibc's sysdeps, $LIB of its shlib-versions; the
 * cache's flags: sysdeps/generic/ldconfig.h, with FLAG_ELF_LIBC6.
 */
static const struct machine table[] = {
    {EM_X86_64, true, false, 0, 0, "x86_64-linux-gnu", "lib64", "lib64", "x86_64", 0x303, x86_hwcaps, x86_platforms},
    {EM_X86_64, false, false, 0, 0, "x86_64-linux-gnux32", "libx32", "libx32", "x86_64", 0x803, x86_hwcaps,
     x86_platforms},
    {EM_386, false, false, 0, 0, "i386-linux-gnu", "lib", "lib32", "i686", 0x3, NULL, x86_platforms},
    {EM_AARCH64, true, false, 0, 0, "aarch64-linux-gnu", "lib64", "lib64", "aarch64", 0xa03, NULL, NULL},
    {EM_ARM, false, false, EF_ARM_ABI_FLOAT_HARD, EF_ARM_ABI_FLOAT_HARD, "arm-linux-gnueabihf", "lib", "lib", "v7l",
     0x903, NULL, arm_platforms},
    {EM_ARM, false, false, 0, EF_ARM_ABI_FLOAT_HARD, "arm-linux-gnueabi", "lib", "lib", "v5l", 0, NULL, arm_platforms},
    {EM_RISCV, true, false, 0, 0, "riscv64-linux-gnu", "lib64/lp64d", "lib64", "", 0, NULL, NULL},
    {EM_PPC64, true, false, 0, 0, "powerpc64le-linux-gnu", "lib64", "lib64", "power8", 0x503, power_hwcaps,
     power_platforms},
    {EM_PPC64, true, true, 0, 0, "powerpc64-linux-gnu", "lib64", "lib64", "power4", 0x503, NULL, power_platforms},
    {EM_S390, true, true, 0, 0, "s390x-linux-gnu", "lib64", "lib64", "z900", 0x403, s390_hwcaps, s390_platforms},
    {258 /* EM_LOONGARCH */, true, false, 0, 0, "loongarch64-linux-gnu", "lib64", "lib64", "", 0, NULL, NULL},
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
