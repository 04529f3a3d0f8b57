/* SPDX-License-Identifier: MIT */
#include "view/kernel_check.h"

#include <sys/stat.h>

#include "base/interrupt.h"
#include "elf/script.h"
#include "host/elf.h"
#include "kernel/kernel_proof.h"
#include "view/loaded.h"

/* In an image of anyone's whatever is executable may be what it is there for. */
static void
check_file(struct kernel_proof *proof, const struct rootfs_entry *entry)
{
	const struct rootfs_file *its = entry->file;
	bool is_executable = (its->mode & 0111) != 0;
	struct elf elf;
	const struct kernel_proof_file file = {
	    .path = entry->path,
	    .level = is_executable ? FINDING_ERROR : FINDING_WARNING,
	    .is_executable = is_executable,
	    .is_script = script_is(its->data, its->size),
	    .elf = elf_is(its->data, its->size) && elf_open(&elf, its->data, its->size) == 0 ? &elf : NULL,
	    .data = its->data,
	    .size = its->size,
	};

	kernel_proof_file(proof, &file);
}

size_t
kernel_check(const struct loaded_image *loaded, const struct kernel *kernel, bool init_is_own)
{
	const struct image *image = &loaded->image;
	struct kernel_proof proof;

	kernel_proof_start(&proof, kernel);
	for (size_t i = 0; i < image->unpacked_count; i++)
		kernel_proof_method(&proof, image->methods[i]);
	kernel_proof_init(&proof, init_is_own);
	for (size_t i = 0; i < image->rootfs.count && interrupt_signal() == 0; i++) {
		const struct rootfs_entry *entry = image->rootfs.entries[i];
		if (S_ISREG(entry->file->mode))
			check_file(&proof, entry);
		else if (S_ISBLK(entry->file->mode))
			kernel_proof_block(&proof, entry->path);
	}
	size_t errors = kernel_proof_tell(&proof, loaded->name, "");
	kernel_proof_end(&proof);
	return errors;
}
