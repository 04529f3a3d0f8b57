/* SPDX-License-Identifier: MIT */
#include "kernel/kernel_proof.h"

#include <elf.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "elf/elf_machine.h"
#include "host/elf.h"
#include "host/memory.h"
#include "kernel/kernel.h"

static bool
has_configuration(const struct kernel_proof *proof)
{
	return proof->kernel->config.size > 0;
}

const char *
kernel_proof_machine(const struct kernel *kernel)
{
	const struct elf like = {.machine = kernel->machine, .is64 = kernel->is64, .big = kernel->big};

	return machine_name(&like);
}

/* What cannot be proved, as it is not known of the kernel. */
static void
tell_unknown(struct kernel_proof *proof)
{
	const struct kernel *kernel = proof->kernel;
	bool is_machine = kernel->machine == 0, is_release = kernel->release[0] == '\0';
	char *unknown = memory_format("%s%s%s", has_configuration(proof) ? "" : ", configuration",
				      is_machine ? ", machine" : "", is_release ? ", release" : "");
	const char *hint = "";

	if (!has_configuration(proof))
		hint = kernel->file == NULL ? "; there is no config beside it"
					    : "; there is no config beside it or in it (CONFIG_IKCONFIG)";
	if (unknown[0] != '\0') {
		char *text = memory_format("the image is not proved against these of %s, which are not known: %s%s",
					   kernel->name, unknown + strlen(", "), hint);
		findings_add(&proof->findings, FINDING_WARNING, NULL, NULL, text);
		free(text);
	}
	free(unknown);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp((*(const struct needs_row *const *)a)->name, (*(const struct needs_row *const *)b)->name);
}

/* Of the functions in the table few or none lack anything, so that few are looked for in files. */
static void
collect_symbols(struct kernel_proof *proof)
{
	for (size_t i = 0; i < proof->needs.count; i++) {
		const struct needs_row *row = &proof->needs.rows[i];
		bool are_modules;
		char *lacking =
		    strcmp(row->kind, "symbol") == 0 ? needs_lacking(&proof->needs, row, &are_modules) : NULL;
		if (lacking != NULL) {
			proof->symbols = memory_room(proof->symbols, proof->symbol_count, sizeof(*proof->symbols));
			proof->symbols[proof->symbol_count++] = row;
		}
		free(lacking);
	}
	if (proof->symbol_count > 0)
		qsort(proof->symbols, proof->symbol_count, sizeof(*proof->symbols), compare_names);
}

void
kernel_proof_start(struct kernel_proof *proof, const struct kernel *kernel)
{
	size_t line;

	*proof = (struct kernel_proof){.kernel = kernel};
	if (needs_read(&proof->needs, needs_table, strlen(needs_table), &line) != 0)
		errx(3, "cannot read packer's table of needs: line %zu is no row", line);
	if (has_configuration(proof)) {
		needs_judge(&proof->needs, &kernel->config);
		collect_symbols(proof);
	}
	tell_unknown(proof);
}

void
kernel_proof_end(struct kernel_proof *proof)
{
	free(proof->own_vermagic);
	free(proof->own_start);
	for (size_t i = 0; i < proof->module_count; i++) {
		free(proof->modules[i].name);
		free(proof->modules[i].needs);
	}
	free(proof->modules);
	findings_free(&proof->findings);
	findings_free(&proof->by_loader);
	needs_free(&proof->needs);
	free(proof->symbols);
}

void
kernel_proof_row(struct kernel_proof *proof, const struct needs_row *row, enum finding_level level, const char *path,
		 const char *subject)
{
	/* Modules are loaded by init, or by what it starts. */
	bool is_late = path != NULL && strcmp(path, "/init") != 0, are_modules;
	const char *from = proof->kernel->config_name;
	char *lacking = has_configuration(proof) ? needs_lacking(&proof->needs, row, &are_modules) : NULL, *text;

	if (lacking == NULL)
		return;
	const char *it = strchr(lacking, ' ') == NULL ? "it" : strstr(lacking, " and ") == NULL ? "one" : "them";
	if (are_modules && is_late) {
		level = level == FINDING_ERROR ? FINDING_WARNING : level;
		text = memory_format("%s, which %s has as a module, until that is loaded: %s; set %s, or pack it (-m)",
				     lacking, from, row->consequence, it);
	} else {
		text = memory_format("%s, which %s %s: %s; set %s and build the kernel anew", lacking, from,
				     are_modules ? "has as a module, but it is needed before any can be loaded"
						 : "does not set",
				     row->consequence, it);
	}
	findings_add(&proof->findings, level, path, subject, text);
	free(text);
	free(lacking);
}

void
kernel_proof_need(struct kernel_proof *proof, const char *kind, const char *name, enum finding_level level,
		  const char *path, const char *subject)
{
	const struct needs_row *row = needs_find(&proof->needs, kind, name);

	if (row != NULL)
		kernel_proof_row(proof, row, level, path, subject);
}

void
kernel_proof_method(struct kernel_proof *proof, const char *method)
{
	char *subject = memory_format("compression by %s", method);

	kernel_proof_need(proof, "image", method, FINDING_ERROR, NULL, subject);
	free(subject);
}

void
kernel_proof_init(struct kernel_proof *proof, bool is_own)
{
	static const struct {
		const char *kind;
		enum finding_level level;
		bool is_own, is_pc;
	} kinds[] = {{"boot", FINDING_ERROR, false, false},
		     {"init", FINDING_ERROR, true, false},
		     {"wanted", FINDING_WARNING, true, false},
		     {"pc", FINDING_WARNING, true, true}};
	bool is_pc = proof->kernel->machine == EM_X86_64 || proof->kernel->machine == EM_386;

	for (size_t i = 0; i < proof->needs.count; i++) {
		const struct needs_row *row = &proof->needs.rows[i];
		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (strcmp(row->kind, kinds[k].kind) == 0 && (is_own || !kinds[k].is_own) &&
			    (is_pc || !kinds[k].is_pc))
				kernel_proof_row(proof, row, kinds[k].level, kinds[k].is_own ? "/init" : NULL,
						 kinds[k].is_own ? "Lull's init" : "an image");
	}
}

void
kernel_proof_file(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	if (kernel_proof_is_module(file->path))
		kernel_proof_module(proof, file);
	else if (file->is_script && file->is_executable)
		kernel_proof_need(proof, "program", "script", file->level, file->path, "a script");
	else if (file->elf != NULL)
		kernel_proof_elf(proof, file);
}

void
kernel_proof_block(struct kernel_proof *proof, const char *path)
{
	kernel_proof_need(proof, "node", "block", FINDING_WARNING, path, "a block device");
}

/* Warns of the findings of one level. Returns their number. */
static size_t
tell_level(const struct findings *findings, enum finding_level level, const char *image, const char *label)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++) {
		if (findings->all[i].level != level)
			continue;
		char *line = findings_line(&findings->all[i]);
		warnx("%s%s%s%s", image != NULL ? image : "", image != NULL ? ": " : "", label, line);
		free(line);
		count++;
	}
	return count;
}

size_t
kernel_proof_tell(struct kernel_proof *proof, const char *image, const char *before)
{
	size_t errors = 0;

	kernel_proof_modules(proof);
	for (size_t i = 0; i < proof->by_loader.count; i++)
		proof->by_loader.all[i].level = proof->loader_is_strict ? FINDING_ERROR : FINDING_WARNING;
	errors += tell_level(&proof->findings, FINDING_ERROR, image, before);
	errors += tell_level(&proof->by_loader, FINDING_ERROR, image, before);
	tell_level(&proof->findings, FINDING_WARNING, image, "warning: ");
	tell_level(&proof->by_loader, FINDING_WARNING, image, "warning: ");
	tell_level(&proof->findings, FINDING_NOTE, image, "note: ");
	return errors;
}
