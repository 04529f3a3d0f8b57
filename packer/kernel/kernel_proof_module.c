/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mapped.h"
#include "elf/elf_machine.h"
#include "host/elf.h"
#include "host/memory.h"
#include "host/unpack.h"
#include "kernel/kernel.h"
#include "kernel/kernel_config.h"
#include "kernel/kernel_proof.h"
#include "kernel/module_info.h"
#include "kernel/module_tree.h"
#include "plan/source.h"

enum { MODULE_MOST = 1 << 30 };

/* How the names of packed modules end, and what the table calls that. */
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

/* The bytes of a module, and what unpack() made of them where its name says that it is packed. */
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

/* Path on this machine of the first module that the kernel lists, to be freed, or NULL. */
static char *
find_own(const struct kernel *kernel, const struct module_tree *tree)
{
	char *path = NULL;

	/* What distributions and others add is in updates/ and extra/. */
	for (size_t i = 0; i < tree->count && path == NULL; i++) {
		const struct module_tree_file *file = &tree->files[i];
		if (file->needs == NULL || strncmp(file->path, "kernel/", strlen("kernel/")) != 0 ||
		    packing_of(file->path) == NULL)
			continue;
		char *named = memory_format("%s/%s", kernel->modules, file->path);
		path = source_resolve(kernel->source, named);
		free(named);
	}
	return path;
}

/* What vermagic tells of a configuration (linux/vermagic.h). */
static const struct flag {
	const char *word;
	const char *option, *other; /* one of them is set */
	const char *unless;	    /* and this is not; NULL: whatever it is */
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
	return (kernel_config_state(config, flag->option) == 'y' || kernel_config_state(config, flag->other) == 'y') &&
	       (flag->unless == NULL || kernel_config_state(config, flag->unless) != 'y');
}

/* `text`, to be freed, with a word behind it. */
static char *
add_word(char *text, const char *word, size_t length)
{
	char *longer = memory_format("%s%.*s ", text, (int)length, word);

	free(text);
	return longer;
}

/* What vermagic begins with, as far as release and configuration tell, to be freed. */
static char *
expected_start(const struct kernel *kernel)
{
	char *text = memory_format("%s ", kernel->release);

	for (size_t i = 0; i < FLAGS; i++)
		if (is_set(&kernel->config, &flags[i]))
			text = add_word(text, flags[i].word, strlen(flags[i].word));
	return text;
}

/*
 * The vermagic that a module of the kernel would have, to be freed; whatever is not known of the kernel is as in
 * `vermagic`.
 */
static char *
expected(const struct kernel_proof *proof, const char *vermagic)
{
	bool is_known = proof->kernel->config.size > 0;
	char *text = memory_copy(proof->own_start);

	for (const char *at = vermagic + strcspn(vermagic, " "); *(at += strspn(at, " ")) != '\0';) {
		size_t length = strcspn(at, " ");
		if (!is_known || !is_flag(at, length))
			text = add_word(text, at, length);
		at += length;
	}
	/* On some machines a blank follows the last word. */
	if (vermagic[0] == '\0' || vermagic[strlen(vermagic) - 1] != ' ')
		text[strlen(text) - 1] = '\0';
	return text;
}

/* Reads one of the kernel's own modules, once; where there is none, what is known of them. */
static void
read_own(struct kernel_proof *proof)
{
	const struct kernel *kernel = proof->kernel;
	struct module_info info;
	char *path = NULL;
	size_t size = 0;

	proof->own_is_read = true;
	proof->tree = kernel_module_tree(kernel);
	if (proof->tree != NULL)
		path = find_own(kernel, proof->tree);
	void *map = path != NULL ? mapped_file(path, &size) : NULL;
	if (map != NULL) {
		struct module_bytes bytes = unpack_module(path, map, size);
		if (bytes.problem == NULL && module_info_read(&info, bytes.data, bytes.size) == 0) {
			proof->own_vermagic = memory_copy(info.vermagic);
			proof->own_layout = info.layout;
		}
		free(bytes.unpacked);
		mapped_release(map);
	}
	if (proof->own_vermagic == NULL && kernel->release[0] != '\0')
		proof->own_start = expected_start(kernel);
	free(path);
}

/* Bytes of `text` without blanks at its end. */
static int
trimmed(const char *text)
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
		read_own(proof);
	if (proof->own_vermagic != NULL)
		vermagic = memory_copy(proof->own_vermagic);
	else if (proof->own_start != NULL)
		vermagic = expected(proof, info->vermagic);
	const struct module_info own = {.vermagic = vermagic, .layout = proof->own_layout};
	if (vermagic == NULL || module_info_fits(info, &own)) {
		free(vermagic);
		return;
	}
	bool is_like = strcmp(vermagic + strcspn(vermagic, " "), info->vermagic + strcspn(info->vermagic, " ")) == 0;
	bool by_sums = is_like && info->layout != 0 && own.layout == 0 &&
		       kernel_config_state(&kernel->config, "MODVERSIONS") == 'y';
	if (is_like && own.layout != 0 && info->layout != 0)
		text = memory_format("it cannot be loaded: it is for another kernel than %s, as the checksums of "
				     "module_layout differ; take the kernel's own (-m)",
				     kernel->release);
	else
		text =
		    memory_format("it %s: it is for \"%.*s\", and the kernel is \"%.*s\"; take the kernel's own (-m)",
				  by_sums ? "can be loaded only if all checksums agree" : "cannot be loaded",
				  trimmed(info->vermagic), info->vermagic, trimmed(vermagic), vermagic);
	findings_add(&proof->findings, by_sums ? FINDING_WARNING : FINDING_ERROR, path, NULL, text);
	free(text);
	free(vermagic);
}

/* Notes a module of the image, and what it says that it cannot be loaded without. */
static void
note_module(struct kernel_proof *proof, const char *path, const struct module_info *info)
{
	const char *at = NULL, *value;
	struct kernel_proof_module *module;
	char *name = module_tree_name(path);

	if (name == NULL)
		return; /* ".ko" alone: no other module can need it */
	proof->modules = memory_room(proof->modules, proof->module_count, sizeof(*proof->modules));
	module = &proof->modules[proof->module_count++];
	*module = (struct kernel_proof_module){.path = path, .name = name};
	while ((value = module_info_value(info, "depends=", &at)) != NULL) {
		free(module->needs);
		module->needs = memory_copy(value);
		module_tree_normalize(module->needs);
	}
}

static int
compare_modules(const void *a, const void *b)
{
	return strcmp(((const struct kernel_proof_module *)a)->name, ((const struct kernel_proof_module *)b)->name);
}

/* What is neither in the image nor in the kernel. */
static void
check_need(struct kernel_proof *proof, const struct kernel_proof_module *module, char *need)
{
	const struct kernel_proof_module key = {.name = need};
	const struct module_tree_file *file = proof->tree != NULL ? module_tree_find(proof->tree, need) : NULL;

	if ((file != NULL && file->needs == NULL) ||
	    bsearch(&key, proof->modules, proof->module_count, sizeof(key), compare_modules) != NULL)
		return;
	char *text = memory_format("it cannot be loaded without the module %s, which is not in the image; take it from "
				   "the kernel's own with all that it needs (-m)",
				   need);
	findings_add(&proof->findings, FINDING_ERROR, module->path, NULL, text);
	free(text);
}

void
kernel_proof_modules(struct kernel_proof *proof)
{
	if (proof->module_count > 0)
		qsort(proof->modules, proof->module_count, sizeof(*proof->modules), compare_modules);
	for (size_t i = 0; i < proof->module_count; i++) {
		char *rest = proof->modules[i].needs, *need;
		while ((need = strsep(&rest, ",")) != NULL)
			if (need[0] != '\0')
				check_need(proof, &proof->modules[i], need);
	}
}

static void
check_machine(struct kernel_proof *proof, const char *path, const struct module_info *info)
{
	const struct kernel *kernel = proof->kernel;
	const struct elf its = {.machine = info->machine, .is64 = info->is64, .big = info->big};

	if (kernel->machine == 0 ||
	    (info->machine == kernel->machine && info->is64 == kernel->is64 && info->big == kernel->big))
		return;
	char *text =
	    memory_format("it cannot be loaded: it is for %s, and the kernel is for %s; take the kernel's own (-m)",
			  machine_name(&its), kernel_proof_machine(kernel));
	findings_add(&proof->findings, FINDING_ERROR, path, NULL, text);
	free(text);
}

void
kernel_proof_module(struct kernel_proof *proof, const struct kernel_proof_file *file)
{
	const char *name = packing_of(file->path)->name;
	struct module_bytes bytes = unpack_module(file->path, file->data, file->size);
	struct module_info info;

	/* README.ko, say, is for Koreans. */
	if ((bytes.problem != NULL || !elf_is(bytes.data, bytes.size)) && strstr(file->path, "/lib/modules/") == NULL)
		goto out;
	kernel_proof_need(proof, "module", "any", FINDING_ERROR, file->path, "a module");
	if (name != NULL)
		kernel_proof_need(proof, "module", name, FINDING_WARNING, file->path, "a packed module");
	if (bytes.problem == NULL && module_info_read(&info, bytes.data, bytes.size) != 0)
		bytes.problem = "it is no kernel module, or has no vermagic";
	if (bytes.problem != NULL) {
		findings_add(&proof->findings, FINDING_ERROR, file->path, NULL, bytes.problem);
	} else {
		check_machine(proof, file->path, &info);
		check_vermagic(proof, file->path, &info);
		note_module(proof, file->path, &info);
	}
out:
	free(bytes.unpacked);
}
