/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <elf.h>
#include <stddef.h>

#include "elf.h"

/* Debian: https://wiki.debian.org/Multiarch/Tuples; others: SLIBDIR of glibc's sysdeps, $LIB of its shlib-versions. */
static const struct machine table[] = {
    {EM_X86_64, true, false, 0, 0, "x86_64-linux-gnu", "lib64", "lib64", "x86_64"},
    {EM_X86_64, false, false, 0, 0, "x86_64-linux-gnux32", "libx32", "libx32", "x86_64"},
    {EM_386, false, false, 0, 0, "i386-linux-gnu", "lib", "lib32", "i686"},
    {EM_AARCH64, true, false, 0, 0, "aarch64-linux-gnu", "lib64", "lib64", "aarch64"},
    {EM_ARM, false, false, EF_ARM_ABI_FLOAT_HARD, EF_ARM_ABI_FLOAT_HARD, "arm-linux-gnueabihf", "lib", "lib", "v7l"},
    {EM_ARM, false, false, 0, EF_ARM_ABI_FLOAT_HARD, "arm-linux-gnueabi", "lib", "lib", "v5l"},
    {EM_RISCV, true, false, 0, 0, "riscv64-linux-gnu", "lib64/lp64d", "lib64", ""},
    {EM_PPC64, true, false, 0, 0, "powerpc64le-linux-gnu", "lib64", "lib64", "power8"},
    {EM_PPC64, true, true, 0, 0, "powerpc64-linux-gnu", "lib64", "lib64", "power4"},
    {EM_S390, true, true, 0, 0, "s390x-linux-gnu", "lib64", "lib64", "z900"},
    {258 /* EM_LOONGARCH */, true, false, 0, 0, "loongarch64-linux-gnu", "lib64", "lib64", ""},
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
