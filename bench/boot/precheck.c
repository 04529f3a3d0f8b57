/* SPDX-License-Identifier: MIT */
#include "boot/precheck.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "boot/kernel_args.h"
#include "boot/kernel_line.h"
#include "boot/precheck_run.h"
#include "experiment.h"
#include "host/init_file.h"

enum { MIB = 1024 * 1024, INIT_MAX = MIB, NAMES_MAX = 256 };

/* What the kernel starts; "/init" unless the arguments say otherwise. */
static void
find_init_path(const char *args, char path[PATH_MAX])
{
	struct kernel_arg arg;
	size_t length;

	snprintf(path, PATH_MAX, "/init");
	if (!kernel_args_find(args, "rdinit", &arg))
		return;
	const char *value = kernel_arg_value(&arg, &length);
	if (length > 0 && length < PATH_MAX)
		snprintf(path, PATH_MAX, "%.*s", (int)length, value);
}

static bool
has_root(const char *args)
{
	struct kernel_arg arg;

	return kernel_args_find(args, "root", &arg);
}

/* A script that mounts something first, say, may end in Lull's init: whether the image has it anywhere. */
static bool
has_lull_init(const struct rootfs *rootfs)
{
	for (size_t i = 0; i < rootfs->count; i++) {
		const struct rootfs_file *file = rootfs->entries[i]->file;
		if (S_ISREG(file->mode) && (file->mode & 0111) != 0 && file->size <= INIT_MAX &&
		    init_file_is_lull(file->data, (size_t)file->size))
			return true;
	}
	return false;
}

bool
precheck_is_foreign(const struct contents *c, const char *args)
{
	const struct rootfs_entry *init;
	char path[PATH_MAX];

	if (!contents_are_known(c))
		return false;
	find_init_path(args, path);
	if (init_file_find(&c->image.rootfs, path, &init) != NULL)
		return has_root(args);
	if (init_file_is_lull(init->file->data, init->file->size))
		return false;
	/* A program that rdinit= names is meant in place of Lull's init, as a script may not be. */
	bool is_named = strcmp(path, "/init") != 0;
	bool is_program = init->file->size > SELFMAG && memcmp(init->file->data, ELFMAG, SELFMAG) == 0;
	return (is_named && is_program) || !has_lull_init(&c->image.rootfs);
}

/* Says what is wrong with the image, or with the file at `path` in it. Returns false. */
static bool
refuse_image(const struct precheck *p, const char *path, const char *problem, struct text *why)
{
	text_string(why, p->contents->name);
	text_string(why, ": ");
	text_string(why, path);
	text_string(why, path[0] != '\0' ? ": " : "");
	text_string(why, problem);
	return false;
}

static bool
check_image(const struct precheck *p, struct text *why)
{
	const struct image *image = &p->contents->image;
	const struct rootfs_entry *init;
	char path[PATH_MAX];

	/* Without an init that it can execute, the kernel mounts that file system and starts the one there. */
	if (has_root(p->options->args))
		return true;
	if (image->rootfs.count == 0) {
		text_string(why, "no initramfs: ");
		return refuse_image(p, "", image->findings[0].problem, why);
	}
	find_init_path(p->options->args, path);
	const char *problem = init_file_find(&image->rootfs, path, &init);
	if (problem != NULL)
		return refuse_image(p, path, problem, why);
	if (rootfs_find(&image->rootfs, INIT_FILE_IMAGE, true, NULL) != NULL &&
	    rootfs_find(&image->rootfs, INIT_FILE_END, true, NULL) == NULL &&
	    init_file_is_lull(init->file->data, init->file->size))
		return refuse_image(p, INIT_FILE_END, "the last file is missing: the image is cut off; pack it again",
				    why);
	return true;
}

/* Little-endian numbers of a bzImage's header (Documentation/arch/x86/boot.rst). */
static uint64_t
number_at(const unsigned char *header, size_t at, int bytes)
{
	uint64_t number = 0;

	while (bytes-- > 0)
		number = number << 8 | header[at + (size_t)bytes];
	return number;
}

/* Bytes of memory up to the end of what the kernel needs to start; 0: its file does not say. */
static uint64_t
kernel_memory(const char *path)
{
	enum { MAGIC = 0x202, PROTOCOL = 0x206, PREFERRED = 0x258, INIT_SIZE = 0x260, HEADER = 0x264 };
	unsigned char header[HEADER];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 && pread(fd, header, sizeof(header), 0) == (ssize_t)sizeof(header);

	if (fd >= 0)
		close(fd);
	if (!is_read || memcmp(header + MAGIC, "HdrS", 4) != 0 || number_at(header, PROTOCOL, 2) < 0x20a)
		return 0;
	return number_at(header, PREFERRED, 8) + number_at(header, INIT_SIZE, 4);
}

static bool
has_word(char *const *words, const char *word)
{
	for (; words != NULL && *words != NULL; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

/* Bytes that are too little for the image, beside the kernel. Its file lies in memory beside what it unpacks to. */
static uint64_t
image_memory(const struct contents *c, const char *args)
{
	struct kernel_arg arg;
	bool is_ramfs = kernel_args_find(args, "root", &arg) || kernel_args_find(args, "rootfstype", &arg);

	/* It is unpacked into a tmpfs, which may fill half of the memory that is left (init/do_mounts.c init_rootfs()). */
	return c->size + contents_unpacked(c) * (is_ramfs ? 1 : 2);
}

/* Refuses memory that is certainly too small. How much more is needed depends on the kernel. */
static bool
check_memory(const struct precheck *p, struct text *why)
{
	const struct boot_options *o = p->options;
	const struct contents *c = p->contents;
	uint64_t has = o->memory_mib > 0 ? o->memory_mib : c->default_memory;
	uint64_t kernel = kernel_memory(p->kernel) + c->size, image = image_memory(c, o->args);
	uint64_t least = ((kernel > image ? kernel : image) + MIB - 1) / MIB, enough = 2 * least;

	/* QEMU takes the last -m. */
	if (has >= least || has_word(o->qemu_args, "-m"))
		return true;
	text_string(why, "the machine has ");
	text_number(why, has);
	text_string(why, " MiB of memory, and this kernel and image need more than ");
	text_number(why, least);
	text_string(why, ": give it ");
	text_number(why, c->default_memory > enough ? c->default_memory : enough);
	text_string(why, " (-m)");
	return false;
}

/* The lowest and highest CPU of the set; false: it is empty. */
static bool
find_bounds(const struct cpus *cpus, unsigned *first, unsigned *last)
{
	bool found = false;

	for (unsigned i = 0; i < CPUS_MAX; i++)
		if ((cpus->words[i / 64] >> i % 64 & 1) != 0) {
			*first = found ? *first : i;
			*last = i;
			found = true;
		}
	return found;
}

/* The kernel takes a set of which it has some; where it has none, nothing runs. */
static bool
check_cpus(const struct precheck *p, const struct experiment *e, struct text *why)
{
	unsigned has = p->options->cpus, first = 0, last = 0;

	if (!e->has_cpus || !find_bounds(&e->cpus, &first, &last) || first < has ||
	    has_word(p->options->qemu_args, "-smp"))
		return true;
	text_string(why, "the experiment wants CPU ");
	text_number(why, first);
	if (last > first) {
		text_string(why, " to ");
		text_number(why, last);
	}
	text_string(why, has == 1 ? "; this machine has CPU 0" : "; this machine has CPU 0 to ");
	if (has > 1)
		text_number(why, has - 1);
	if (p->options->exact) {
		text_string(why, ", as exact mode needs");
	} else {
		text_string(why, ": give it ");
		text_number(why, last + 1);
		text_string(why, " (-c ");
		text_number(why, last + 1);
		text_char(why, ')');
	}
	return false;
}

/* Reads the experiment file that init would choose (init/setup/choose.c), where it would choose one. */
static bool
read_file(const struct precheck *p, const char *name, bool has_run, struct experiment *e, struct text *why)
{
	const struct rootfs_entry *entry;
	char known[NAMES_MAX];
	struct text names = text_in(known, sizeof(known));
	size_t count = contents_experiments(p->contents, &names, &entry);

	if (count == 0 && name[0] == '\0')
		return true;
	if (name[0] == '\0' && count > 1) {
		if (has_run)
			return true;
		text_string(why, "this image has several experiments: name one with -x: ");
		text_bytes(why, known, names.used);
		return false;
	}
	if (name[0] != '\0')
		entry = contents_experiment(p->contents, name);
	if (entry == NULL) {
		text_string(why, "there is no experiment ");
		escape_bytes(why, name, strlen(name));
		text_string(why, " in this image; it has ");
		text_string(why, count == 0 ? "none" : "");
		text_bytes(why, known, names.used);
		return false;
	}
	return experiment_read_file(e, entry->path, (const char *)entry->file->data, (size_t)entry->file->size, why) ==
	       0;
}

/* The experiment as init will read it. */
static bool
read_experiment(const struct precheck *p, struct experiment *e, struct text *why)
{
	const struct boot_options *o = p->options;
	struct experiment line = experiment_default();
	const char *args = o->args != NULL ? o->args : "";
	char nothing[1];
	struct text unused = text_in(nothing, 0);
	size_t room = 64;

	experiment_read_line(&line, LAYER_COMMAND_LINE, args, strlen(args), &unused);
	bool has_run = o->run != NULL || line.run.count > 0;
	bool result = read_file(p, o->experiment != NULL ? o->experiment : line.name, has_run, e, why);
	experiment_free(&line);
	if (!result || experiment_read_line(e, LAYER_COMMAND_LINE, args, strlen(args), why) != 0)
		return false;
	for (size_t i = 0; o->run != NULL && o->run[i] != NULL; i++)
		room += (strlen(o->run[i]) + 2) * 12;
	char *data = o->run != NULL ? malloc(room) : NULL;
	if (data == NULL)
		return o->run == NULL;
	struct text t = text_in(data, room);
	experiment_write_run(&t, o->run);
	result = experiment_read_line(e, LAYER_COMMAND_LINE, data, t.used, why) == 0;
	free(data);
	return result;
}

static bool
check_experiment(const struct precheck *p, struct refusal *refusal, struct text *why)
{
	struct experiment e = experiment_default();
	bool is_laboratory = target_options_laboratory(&p->options->target) != NULL;
	bool is_read = read_experiment(p, &e, why);
	if (p->commands != NULL)
		*p->commands = is_read ? e.run.count : 0;
	bool result =
	    is_read && (is_laboratory || check_cpus(p, &e, why)) && precheck_run(p->contents, &e, refusal, why);

	experiment_free(&e);
	return result;
}

static bool
drops_console(const char *args)
{
	struct kernel_arg arg;

	return args != NULL && kernel_args_find(args, "-console", &arg) && !kernel_args_find(args, "console", &arg);
}

static bool
check_console(const struct precheck *p, bool is_laboratory, struct text *why)
{
	const char *problem =
	    p->options->args != NULL ? kernel_line_console_problem(p->options->args, is_laboratory) : NULL;

	if (problem == NULL && !is_laboratory && !p->interactive && drops_console(p->options->args))
		problem = "-console leaves the results no console: name one, console=ttyS0";
	if (problem == NULL)
		return true;
	text_string(why, problem);
	return false;
}

static bool
check_foreign(const struct precheck *p, struct text *why)
{
	if (p->interactive)
		return true;
	text_string(why, p->contents->name);
	text_string(why, ": its init is not Lull's, which bench needs to run a command: boot it on a terminal and "
			 "without one, or pack it with packer");
	return false;
}

bool
precheck_passes(const struct precheck *p, struct refusal *refusal)
{
	const struct target_options *target = &p->options->target;
	bool is_laboratory = target_options_laboratory(target) != NULL, is_known = contents_are_known(p->contents);
	struct text why = text_in(refusal->text, sizeof(refusal->text) - 1);

	if (p->commands != NULL)
		*p->commands = 0;
	*refusal = (struct refusal){.outcome = OUTCOME_REFUSED, .status = STATUS_WRONG_USAGE};
	bool result = check_console(p, is_laboratory, &why) && (!is_known || check_image(p, &why)) &&
		      (is_laboratory || !is_known || check_memory(p, &why));
	if (result && is_known && precheck_is_foreign(p->contents, p->options->args))
		result = check_foreign(p, &why);
	else if (result && is_known)
		result = check_experiment(p, refusal, &why);
	if (result)
		refusal->outcome = OUTCOME_OK;
	refusal->text[why.used] = '\0';
	return result;
}
