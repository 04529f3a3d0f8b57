/* SPDX-License-Identifier: MIT */
#include "kernel/kernel_proof.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/interrupt.h"
#include "base/mapped.h"
#include "host/memory.h"
#include "kernel/kernel.h"
#include "plan/plan.h"
#include "resolve/closure.h"

/* Files packed as part of a tree may never be executed. */
static enum finding_level
level_of(const struct plan_entry *entry)
{
	return entry->program ? FINDING_ERROR : FINDING_WARNING;
}

/* A file with the name of a module, read from the plan or from the disk. */
static void
prove_module(struct kernel_proof *proof, const struct plan_entry *entry)
{
	struct kernel_proof_file file = {.path = entry->path};
	bool is_on_disk = entry->content == NULL && entry->source != NULL;
	void *map = is_on_disk ? mapped_file(entry->source, &file.size) : NULL;

	file.data = map;
	if (entry->content != NULL) {
		file.data = (const unsigned char *)entry->content;
		file.size = (size_t)plan_size(entry);
	}
	if (file.data != NULL)
		kernel_proof_file(proof, &file);
	if (map != NULL)
		mapped_release(map);
}

static void
prove_file(struct kernel_proof *proof, struct closure *closure, const struct plan_entry *entry)
{
	const struct object *object =
	    entry->source != NULL ? object_get(&closure->libraries.objects, entry->source) : NULL;

	if (object == NULL)
		return;
	const struct kernel_proof_file file = {
	    .path = entry->path,
	    .level = level_of(entry),
	    .is_executable = (entry->mode & 0111) != 0,
	    .is_script = object->kind == OBJECT_SCRIPT,
	    .elf = object->kind == OBJECT_ELF ? &object->elf : NULL,
	};
	kernel_proof_file(proof, &file);
}

size_t
kernel_plan_prove(struct closure *closure, const struct kernel *kernel, bool init_is_own,
		  const char *method)
{
	const struct plan *plan = closure->plan;
	struct kernel_proof proof;

	kernel_proof_start(&proof, kernel);
	if (method != NULL)
		kernel_proof_method(&proof, method);
	kernel_proof_init(&proof, init_is_own);
	for (size_t i = 0; i < plan->count && interrupt_signal() == 0; i++) {
		const struct plan_entry *entry = plan->entries[i];
		if (entry->type == PLAN_NODE && entry->node == S_IFBLK)
			kernel_proof_block(&proof, entry->path);
		else if (entry->type == PLAN_FILE && kernel_proof_is_module(entry->path))
			prove_module(&proof, entry);
		else if (entry->type == PLAN_FILE)
			prove_file(&proof, closure, entry);
	}
	char *before = xasprintf("cannot pack for %s: ", kernel->name);
	size_t errors = kernel_proof_report(&proof, NULL, before);
	free(before);
	kernel_proof_end(&proof);
	return errors;
}
