/* SPDX-License-Identifier: MIT */
#include "kernel/kernel_proof.h"

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "base/message.h"
#include "elf/elf_machine.h"
#include "elf/elf_symbol.h"
#include "elf/object.h"
#include "host/elf.h"
#include "host/memory.h"
#include "host/unpack.h"
#include "kernel/kernel.h"
#include "kernel/kernel_config.h"
#include "kernel/module_info.h"
#include "kernel/module_tree.h"
#include "plan/source.h"

static void kernel_proof_need(struct kernel_proof *proof, const char *kind, const char *name,
			      enum finding_level level, const char *path, const char *subject);
static void kernel_proof_row(struct kernel_proof *proof, const struct needs_row *row,
			     enum finding_level level, const char *path, const char *subject);
static void kernel_proof_module(struct kernel_proof *proof, const struct kernel_proof_file *file);
static const char *kernel_proof_machine(const struct kernel *kernel);

/* Findings about files. Findings with the same text are merged; the first file is named. Pure. */

/* Returns whether `word` is in a list "a, b". */
static bool
has_word(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
			return true;
	return false;
}

static void
finding_append_subject(struct finding *finding, const char *subject)
{
	if (finding->subject == NULL || subject == NULL || has_word(finding->subject, subject))
		return;
	char *longer = xasprintf("%s, %s", finding->subject, subject);
	free(finding->subject);
	finding->subject = longer;
}

static void
finding_append_path(struct finding *finding, enum finding_level level, const char *path)
{
	if (finding->path == NULL || path == NULL)
		return;
	if (finding->last != path)
		finding->more++;
	finding->last = path;
	if (level <= finding->level)
		return;
	free(finding->path);
	finding->path = xstrdup(path);
}

void
findings_add(struct findings *findings, enum finding_level level, const char *path,
	     const char *subject, const char *text)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->all[i];
		if (strcmp(finding->text, text) != 0)
			continue;
		finding_append_subject(finding, subject);
		finding_append_path(finding, level, path);
		if (level > finding->level)
			finding->level = level;
		return;
	}
	findings->all = xgrow(findings->all, findings->count, sizeof(*findings->all));
	findings->all[findings->count++] =
	    (struct finding){.level = level,
			     .path = path != NULL ? xstrdup(path) : NULL,
			     .subject = subject != NULL ? xstrdup(subject) : NULL,
			     .text = xstrdup(text),
			     .last = path};
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->all[i].path);
		free(findings->all[i].subject);
		free(findings->all[i].text);
	}
	free(findings->all);
	*findings = (struct findings){.count = 0};
}

char *
findings_line(const struct finding *finding)
{
	const char *subject = finding->subject != NULL ? finding->subject : "";
	const char *verb = subject[0] == '\0'		  ? ""
			   : strchr(subject, ',') != NULL ? " need "
							  : " needs ";
	char more[sizeof(" and  more") + 20] = "";

	if (finding->more > 0)
		snprintf(more, sizeof(more), " and %zu more", finding->more);
	return xasprintf("%s%s%s%s%s%s", finding->path != NULL ? finding->path : "", more,
			 finding->path != NULL ? ": " : "", subject, verb, finding->text);
}

/* Names of 32-bit programs on a 64-bit kernel, in the table of needs. */
struct narrow {
	uint16_t kernel, program;
	const char *name;
	const char *subject;
};

static const struct narrow narrow[] = {
    {EM_X86_64, EM_386, "elf32", "a 32-bit program"},
    {EM_X86_64, EM_X86_64, "x32", "an x32 program"},
    {EM_AARCH64, EM_ARM, "compat", "a 32-bit program"},
    {EM_PPC64, EM_PPC, "compat", "a 32-bit program"},
    {EM_S390, EM_S390, "compat", "a 31-bit program"},
    {EM_RISCV, EM_RISCV, "compat", "a 32-bit program"},
    {EM_MIPS, EM_MIPS, "compat", "a 32-bit program"},
};

/* Returns whether a kernel for this machine can execute the file if it is configured for it. */
static bool
check_elf_machine(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	const struct kernel *kernel = proof->kernel;
	const struct elf *elf = file->elf;

	if (kernel->machine == 0)
		return true;
	if (elf->machine == kernel->machine && elf->is64 == kernel->is64 &&
	    elf->big == kernel->big) {
		if (elf->is64)
			kernel_proof_need(proof, "program", "elf64", file->level, file->path,
					  "a 64-bit program");
		return true;
	}
	for (size_t i = 0; i < sizeof(narrow) / sizeof(*narrow); i++)
		if (kernel->is64 && !elf->is64 && elf->big == kernel->big &&
		    narrow[i].kernel == kernel->machine && narrow[i].program == elf->machine) {
			kernel_proof_need(proof, "program", narrow[i].name, file->level, file->path,
					  narrow[i].subject);
			return true;
		}
	char *text =
	    xasprintf("it is for %s, but the kernel is for %s; use one for the same machine",
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
 * glibc up to 2.35 ends with "kernel too old" if the kernel is older than the file requires, in the
 * loader or in a static program itself. Later versions go on and assume the features of that
 * kernel.
 */
static void
check_kernel_version(struct kernel_proof *proof, const struct kernel_proof_file *file,
		     const char *soname)
{
	static const char refusal[] = "kernel too old";
	struct elf_abi_kernel wanted, release = elf_abi_release(proof->kernel->release);
	const struct elf *elf = file->elf;

	if (soname != NULL && strncmp(soname, "ld", 2) == 0)
		proof->loader_is_strict |= has_text(elf, refusal);
	if (proof->kernel->release[0] == '\0' || elf_abi_kernel(elf, &wanted) != 0 ||
	    elf_abi_compare(&wanted, &release) <= 0)
		return;
	bool is_static =
	    elf->interpreter == NULL && soname == NULL && first_string(elf, DT_NEEDED) == NULL;
	char *text =
	    xasprintf("it requires Linux %u.%u.%u or later, but the kernel is %s; use an older C "
		      "library or a later kernel",
		      wanted.number[0], wanted.number[1], wanted.number[2], proof->kernel->release);
	findings_add(is_static ? &proof->findings : &proof->by_loader,
		     is_static && has_text(elf, refusal) ? FINDING_ERROR : FINDING_WARNING,
		     file->path, NULL, text);
	free(text);
}

/*
 * Loaders use files from these directories only on matching processors, and the generic file on
 * others.
 */
static bool
is_for_some_processors(const char *path)
{
	static const char *const parts[] = {"/glibc-hwcaps/", "/haswell/", "/xeon_phi/",
					    "/avx512_1/"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(path, parts[i]) != NULL)
			return true;
	return false;
}

static void
check_processor_level(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	int level = elf_abi_level(file->elf);

	if (level <= 1 || is_for_some_processors(file->path))
		return;
	char *text = xasprintf("it requires an x86-64-v%d processor and fails on lesser ones, such "
			       "as QEMU's default%s; "
			       "compile it for x86-64, or give the machine such a processor",
			       level, level > 2 ? " and that of bench boot --exact" : "");
	findings_add(&proof->findings, FINDING_WARNING, file->path, NULL, text);
	free(text);
}

static int
compare_name(const void *name, const void *row)
{
	return strcmp(name, (*(const struct needs_row *const *)row)->name);
}

/* A library may call these functions only for programs that need a special feature. */
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
		    bsearch(name, proof->symbols, proof->symbol_count, sizeof(*proof->symbols),
			    compare_name);
		if (row != NULL)
			kernel_proof_row(proof, *row, is_library ? FINDING_NOTE : FINDING_WARNING,
					 file->path, name);
	}
}

static void
kernel_proof_elf(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	const struct elf *elf = file->elf;
	const char *soname = first_string(elf, DT_SONAME);
	bool is_program = soname == NULL && (elf->type == ET_EXEC || elf->interpreter != NULL ||
					     (elf->flags_1 & DF_1_PIE) != 0);

	/* Other ELF files are data: not linked yet, or firmware for another processor. */
	if (!(elf->type == ET_DYN || (elf->type == ET_EXEC && file->is_executable)) ||
	    !check_elf_machine(proof, file))
		return;
	check_kernel_version(proof, file, soname);
	check_processor_level(proof, file);
	check_symbols(proof, file, !is_program);
}

enum { MODULE_MOST = 1 << 30 };

/* Suffixes of compressed modules, and their names in the table of needs. */
static const struct packing {
	const char *end, *name;
} packings[] = {{".ko", NULL}, {".ko.gz", "gzip"}, {".ko.xz", "xz"}, {".ko.zst", "zstd"}};

static const struct packing *
packing_of(const char *path)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < sizeof(packings) / sizeof(*packings); i++)
		if (length > strlen(packings[i].end) &&
		    strcmp(path + length - strlen(packings[i].end), packings[i].end) == 0)
			return &packings[i];
	return NULL;
}

bool
kernel_proof_is_module(const char *path)
{
	return packing_of(path) != NULL;
}

/* The bytes of a module, unpacked if its suffix is that of a compressed one. */
struct module_bytes {
	const void *data;
	size_t size;
	void *unpacked; /* to be freed */
	const char *problem;
};

static struct module_bytes
unpack_module(const char *path, const void *data, size_t size)
{
	if (packing_of(path)->name == NULL)
		return (struct module_bytes){.data = data, .size = size};
	struct unpacked out = unpack(data, size, MODULE_MOST);
	return (struct module_bytes){out.bytes, out.size, out.bytes, out.problem};
}

/* Path on this machine of the first module in the kernel's list, to be freed, or NULL. */
static char *
find_own_module(const struct kernel *kernel, const struct module_tree *tree)
{
	char *path = NULL, *listed;
	size_t at = 0;

	/* Distributions and others put additional modules in updates/ and extra/. */
	while (path == NULL && (listed = module_tree_next(tree, &at)) != NULL) {
		if (strncmp(listed, "kernel/", strlen("kernel/")) == 0 &&
		    packing_of(listed) != NULL) {
			char *named = xasprintf("%s/%s", kernel->modules, listed);
			path = source_resolve(kernel->source, named);
			free(named);
		}
		free(listed);
	}
	return path;
}

/* Words of vermagic that depend on the configuration (linux/vermagic.h). */
static const struct flag {
	const char *word;
	const char *option, *other; /* one of them is set */
	const char *unless;	    /* and this is not; NULL: ignored */
} flags[] = {{"SMP", "SMP", "SMP", NULL},
	     {"preempt", "PREEMPT_BUILD", "PREEMPT", NULL},
	     {"preempt_rt", "PREEMPT_RT", "PREEMPT_RT", "PREEMPT_BUILD"},
	     {"mod_unload", "MODULE_UNLOAD", "MODULE_UNLOAD", NULL},
	     {"modversions", "MODVERSIONS", "MODVERSIONS", NULL}};

enum { FLAGS = sizeof(flags) / sizeof(*flags) };

static bool
is_flag(const char *word, size_t length)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (strlen(flags[i].word) == length && memcmp(flags[i].word, word, length) == 0)
			return true;
	return false;
}

static bool
is_set(const struct kernel_config *config, const struct flag *flag)
{
	return (kernel_config_state(config, flag->option) == 'y' ||
		kernel_config_state(config, flag->other) == 'y') &&
	       (flag->unless == NULL || kernel_config_state(config, flag->unless) != 'y');
}

/* Appends a word to `text`, which is freed. The result is to be freed. */
static char *
append_word(char *text, const char *word, size_t length)
{
	char *longer = xasprintf("%s%.*s ", text, (int)length, word);

	free(text);
	return longer;
}

/* The start of vermagic, as far as release and configuration determine it, to be freed. */
static char *
expected_vermagic_start(const struct kernel *kernel)
{
	char *text = xasprintf("%s ", kernel->release);

	for (size_t i = 0; i < FLAGS; i++)
		if (is_set(&kernel->config, &flags[i]))
			text = append_word(text, flags[i].word, strlen(flags[i].word));
	return text;
}

/*
 * The expected vermagic of the kernel's modules, to be freed; unknown parts are copied
 * from `vermagic`.
 */
static char *
expected_vermagic(const struct kernel_proof *proof, const char *vermagic)
{
	bool is_known = proof->kernel->config.size > 0;
	char *text = xstrdup(proof->own_start);

	for (const char *at = vermagic + strcspn(vermagic, " ");
	     *(at += strspn(at, " ")) != '\0';) {
		size_t length = strcspn(at, " ");
		if (!is_known || !is_flag(at, length))
			text = append_word(text, at, length);
		at += length;
	}
	/* On some machines a blank follows the last word. */
	if (vermagic[0] == '\0' || vermagic[strlen(vermagic) - 1] != ' ')
		text[strlen(text) - 1] = '\0';
	return text;
}

/* Reads one of the kernel's own modules, once; if there is none, computes the expected
 * start. */
static void
read_own_module(struct kernel_proof *proof)
{
	const struct kernel *kernel = proof->kernel;
	struct module_info info;
	char *path = NULL;
	size_t size = 0;

	proof->own_is_read = true;
	proof->tree = kernel_module_tree(kernel);
	if (proof->tree != NULL)
		path = find_own_module(kernel, proof->tree);
	void *map = path != NULL ? mapped_file(path, &size) : NULL;
	if (map != NULL) {
		struct module_bytes bytes = unpack_module(path, map, size);
		if (bytes.problem == NULL && module_info_read(&info, bytes.data, bytes.size) == 0) {
			proof->own_vermagic = xstrdup(info.vermagic);
			proof->own_layout = info.layout;
		}
		free(bytes.unpacked);
		mapped_release(map);
	}
	if (proof->own_vermagic == NULL && kernel->release[0] != '\0')
		proof->own_start = expected_vermagic_start(kernel);
	free(path);
}

/* Length of `text` without trailing blanks. */
static int
trimmed_length(const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == ' ')
		length--;
	return (int)length;
}

static void
check_vermagic(struct kernel_proof *proof, const char *path, const struct module_info *info)
{
	const struct kernel *kernel = proof->kernel;
	char *vermagic = NULL, *text;

	if (!proof->own_is_read)
		read_own_module(proof);
	if (proof->own_vermagic != NULL)
		vermagic = xstrdup(proof->own_vermagic);
	else if (proof->own_start != NULL)
		vermagic = expected_vermagic(proof, info->vermagic);
	const struct module_info own = {.vermagic = vermagic, .layout = proof->own_layout};
	if (vermagic == NULL || module_info_fits(info, &own)) {
		free(vermagic);
		return;
	}
	bool is_like = strcmp(vermagic + strcspn(vermagic, " "),
			      info->vermagic + strcspn(info->vermagic, " ")) == 0;
	bool by_sums = is_like && info->layout != 0 && own.layout == 0 &&
		       kernel_config_state(&kernel->config, "MODVERSIONS") == 'y';
	if (is_like && own.layout != 0 && info->layout != 0)
		text = xasprintf("it cannot be loaded: it is for another kernel than %s, because "
				 "the checksums of "
				 "module_layout differ; use the kernel's own (-m)",
				 kernel->release);
	else
		text = xasprintf(
		    "it %s: it is for \"%.*s\", but the kernel is \"%.*s\"; use the kernel's own "
		    "(-m)",
		    by_sums ? "can be loaded only if all checksums match" : "cannot be loaded",
		    trimmed_length(info->vermagic), info->vermagic, trimmed_length(vermagic),
		    vermagic);
	findings_add(&proof->findings, by_sums ? FINDING_WARNING : FINDING_ERROR, path, NULL, text);
	free(text);
	free(vermagic);
}

/* Records a module of the image and the modules that it depends on. */
static void
append_module(struct kernel_proof *proof, const char *path, const struct module_info *info)
{
	const char *at = NULL, *value;
	struct kernel_proof_module *module;
	char *name = module_tree_name(path);

	if (name == NULL)
		return; /* ".ko" alone: no other module can depend on it */
	proof->modules = xgrow(proof->modules, proof->module_count, sizeof(*proof->modules));
	module = &proof->modules[proof->module_count++];
	*module = (struct kernel_proof_module){.path = path, .name = name};
	while ((value = module_info_value(info, "depends=", &at)) != NULL) {
		free(module->needs);
		module->needs = xstrdup(value);
		module_tree_normalize(module->needs);
	}
}

static int
compare_modules(const void *a, const void *b)
{
	return strcmp(((const struct kernel_proof_module *)a)->name,
		      ((const struct kernel_proof_module *)b)->name);
}

/* Reports a module that is neither in the image nor built into the kernel. */
static void
check_dependency(struct kernel_proof *proof, const struct kernel_proof_module *module, char *need)
{
	const struct kernel_proof_module key = {.name = need};
	const struct module_tree_file *file =
	    proof->tree != NULL ? module_tree_find(proof->tree, need) : NULL;

	if ((file != NULL && file->needs == NULL) ||
	    bsearch(&key, proof->modules, proof->module_count, sizeof(key), compare_modules) !=
		NULL)
		return;
	char *text = xasprintf(
	    "it cannot be loaded without the module %s, which is not in the image; pack it "
	    "and its dependencies with -m",
	    need);
	findings_add(&proof->findings, FINDING_ERROR, module->path, NULL, text);
	free(text);
}

/* Checks the dependencies of modules, after all files were given. */
static void
check_dependencies(struct kernel_proof *proof)
{
	if (proof->module_count > 0)
		qsort(proof->modules, proof->module_count, sizeof(*proof->modules),
		      compare_modules);
	for (size_t i = 0; i < proof->module_count; i++) {
		char *rest = proof->modules[i].needs, *need;
		while ((need = strsep(&rest, ",")) != NULL)
			if (need[0] != '\0')
				check_dependency(proof, &proof->modules[i], need);
	}
}

static void
check_module_machine(struct kernel_proof *proof, const char *path, const struct module_info *info)
{
	const struct kernel *kernel = proof->kernel;
	const struct elf its = {.machine = info->machine, .is64 = info->is64, .big = info->big};

	if (kernel->machine == 0 || (info->machine == kernel->machine &&
				     info->is64 == kernel->is64 && info->big == kernel->big))
		return;
	char *text = xasprintf("it cannot be loaded: it is for %s, but the kernel is for %s; use "
			       "the kernel's own (-m)",
			       machine_name(&its), kernel_proof_machine(kernel));
	findings_add(&proof->findings, FINDING_ERROR, path, NULL, text);
	free(text);
}

static void
kernel_proof_module(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	const char *name = packing_of(file->path)->name;
	struct module_bytes bytes = unpack_module(file->path, file->data, file->size);
	struct module_info info;

	/*
	 * A file outside lib/modules may be named .ko for another reason, such as README.ko in
	 * Korean.
	 */
	if ((bytes.problem != NULL || !elf_is(bytes.data, bytes.size)) &&
	    strstr(file->path, "/lib/modules/") == NULL)
		goto out;
	kernel_proof_need(proof, "module", "any", FINDING_ERROR, file->path, "a module");
	if (name != NULL)
		kernel_proof_need(proof, "module", name, FINDING_WARNING, file->path,
				  "a packed module");
	if (bytes.problem == NULL && module_info_read(&info, bytes.data, bytes.size) != 0)
		bytes.problem = "it is not a kernel module, or has no vermagic";
	if (bytes.problem != NULL) {
		findings_add(&proof->findings, FINDING_ERROR, file->path, NULL, bytes.problem);
	} else {
		check_module_machine(proof, file->path, &info);
		check_vermagic(proof, file->path, &info);
		append_module(proof, file->path, &info);
	}
out:
	free(bytes.unpacked);
}

static bool
has_configuration(const struct kernel_proof *proof)
{
	return proof->kernel->config.size > 0;
}

/* The name of the kernel's machine. */
static const char *
kernel_proof_machine(const struct kernel *kernel)
{
	const struct elf like = {
	    .machine = kernel->machine, .is64 = kernel->is64, .big = kernel->big};

	return machine_name(&like);
}

/* Warns about checks that are skipped because facts about the kernel are unknown. */
static void
report_unknown(struct kernel_proof *proof)
{
	const struct kernel *kernel = proof->kernel;
	bool is_machine = kernel->machine == 0, is_release = kernel->release[0] == '\0';
	char *unknown = xasprintf("%s%s%s", has_configuration(proof) ? "" : ", configuration",
				  is_machine ? ", machine" : "", is_release ? ", release" : "");
	const char *hint = "";

	if (!has_configuration(proof))
		hint = kernel->file == NULL
			   ? "; there is no config next to it"
			   : "; there is no config next to it or in it (CONFIG_IKCONFIG)";
	if (unknown[0] != '\0') {
		char *text =
		    xasprintf("the image is not checked against these unknown facts about %s: %s%s",
			      kernel->name, unknown + strlen(", "), hint);
		findings_add(&proof->findings, FINDING_WARNING, NULL, NULL, text);
		free(text);
	}
	free(unknown);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp((*(const struct needs_row *const *)a)->name,
		      (*(const struct needs_row *const *)b)->name);
}

/*
 * Collects the functions for which the kernel lacks something. They are few, so few are looked up
 * in files.
 */
static void
collect_symbols(struct kernel_proof *proof)
{
	for (size_t i = 0; i < proof->needs.count; i++) {
		const struct needs_row *row = &proof->needs.rows[i];
		bool are_modules;
		char *lacking = strcmp(row->kind, "symbol") == 0
				    ? needs_lacking(&proof->needs, row, &are_modules)
				    : NULL;
		if (lacking != NULL) {
			proof->symbols =
			    xgrow(proof->symbols, proof->symbol_count, sizeof(*proof->symbols));
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
		message_errx(3, "cannot read packer's table of needs: line %zu is not a row", line);
	if (has_configuration(proof)) {
		needs_judge(&proof->needs, &kernel->config);
		collect_symbols(proof);
	}
	report_unknown(proof);
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

/* Adds a finding if the kernel lacks an option of the row. */
static void
kernel_proof_row(struct kernel_proof *proof, const struct needs_row *row, enum finding_level level,
		 const char *path, const char *subject)
{
	/* Modules are loaded by init, or by a program that it starts. */
	bool is_late = path != NULL && strcmp(path, "/init") != 0, are_modules;
	const char *from = proof->kernel->config_name;
	char *lacking =
		 has_configuration(proof) ? needs_lacking(&proof->needs, row, &are_modules) : NULL,
	     *text;

	if (lacking == NULL)
		return;
	const char *it = strchr(lacking, ' ') == NULL	    ? "it"
			 : strstr(lacking, " and ") == NULL ? "one"
							    : "them";
	if (are_modules && is_late) {
		level = level == FINDING_ERROR ? FINDING_WARNING : level;
		text = xasprintf("%s, which %s has as a module, until that is loaded: %s; set %s, "
				 "or pack it (-m)",
				 lacking, from, row->consequence, it);
	} else {
		text = xasprintf(
		    "%s, which %s %s: %s; set %s and rebuild the kernel", lacking, from,
		    are_modules ? "has as a module, but it is needed before any can be loaded"
				: "does not set",
		    row->consequence, it);
	}
	findings_add(&proof->findings, level, path, subject, text);
	free(text);
	free(lacking);
}

/*
 * The same for the row of `kind` and `name`. The finding is about `subject` in the file at `path`.
 */
static void
kernel_proof_need(struct kernel_proof *proof, const char *kind, const char *name,
		  enum finding_level level, const char *path, const char *subject)
{
	const struct needs_row *row = needs_find(&proof->needs, kind, name);

	if (row != NULL)
		kernel_proof_row(proof, row, level, path, subject);
}

void
kernel_proof_method(struct kernel_proof *proof, const char *method)
{
	char *subject = xasprintf("compression by %s", method);

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
				kernel_proof_row(proof, row, kinds[k].level,
						 kinds[k].is_own ? "/init" : NULL,
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

/* Prints the findings of one level. Returns their number. */
static size_t
report_level(const struct findings *findings, enum finding_level level, const char *image,
	     const char *label)
{
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++) {
		if (findings->all[i].level != level)
			continue;
		char *line = findings_line(&findings->all[i]);
		message_warnx("%s%s%s%s", image != NULL ? image : "", image != NULL ? ": " : "",
			      label, line);
		free(line);
		count++;
	}
	return count;
}

size_t
kernel_proof_report(struct kernel_proof *proof, const char *image, const char *before)
{
	size_t errors = 0;

	check_dependencies(proof);
	for (size_t i = 0; i < proof->by_loader.count; i++)
		proof->by_loader.all[i].level =
		    proof->loader_is_strict ? FINDING_ERROR : FINDING_WARNING;
	errors += report_level(&proof->findings, FINDING_ERROR, image, before);
	errors += report_level(&proof->by_loader, FINDING_ERROR, image, before);
	report_level(&proof->findings, FINDING_WARNING, image, "warning: ");
	report_level(&proof->by_loader, FINDING_WARNING, image, "warning: ");
	report_level(&proof->findings, FINDING_NOTE, image, "note: ");
	return errors;
}
