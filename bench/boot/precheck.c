/* SPDX-License-Identifier: MIT */
#include "boot/precheck.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "boot/kernel_line.h"
#include "experiment.h"
#include "host/elf.h"
#include "host/init_file.h"
#include "users.h"

static const char usual_path[] =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; /* init/main.c */

/* init mounts these before the experiment starts, so the image does not show what they hold. */
static bool
is_mounted(const char *path)
{
	static const char *const folders[] = {"/dev/", "/proc/", "/run/", "/sys/"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/*
 * Looks up the program at a path. Returns 0 with *entry, ENOENT, or EACCES if it is not executable.
 */
static int
lookup_file(const struct rootfs *rootfs, const char *path, const struct rootfs_entry **entry)
{
	*entry = rootfs_find(rootfs, path, true, NULL);
	if (*entry == NULL)
		return ENOENT;
	return S_ISREG((*entry)->file->mode) && ((*entry)->file->mode & 0111) != 0 ? 0 : EACCES;
}

/*
 * Looks up a program as init does (init/run/run.c): the first executable one in the folders of
 * PATH.
 */
static int
lookup_program(const struct rootfs *rootfs, const char *folders, const char *name,
	       const struct rootfs_entry **entry)
{
	int error = ENOENT;

	if (strchr(name, '/') != NULL || name[0] == '\0')
		return lookup_file(rootfs, name, entry);
	for (;;) {
		char path[PATH_MAX];
		int length = (int)strcspn(folders, ":");
		int found = snprintf(path, sizeof(path), "%.*s/%s", length, folders, name) <
				    (int)sizeof(path)
				? lookup_file(rootfs, path, entry)
				: ENOENT;

		if (found == 0)
			return 0;
		error = found == EACCES ? EACCES : error;
		if (folders[length] == '\0')
			return error;
		folders += length + 1;
	}
}

/* Whether the interpreter of a script or of an ELF file is missing; `interpreter` is its path. */
static bool
lacks_interpreter(const struct rootfs *rootfs, const struct rootfs_file *file,
		  char interpreter[PATH_MAX])
{
	const char *text = (const char *)file->data;
	const struct rootfs_entry *entry;
	struct elf elf;
	size_t length = 0;

	if (file->size > 2 && memcmp(text, "#!", 2) == 0) {
		size_t at = 2;
		while (at < file->size && (text[at] == ' ' || text[at] == '\t'))
			at++;
		while (at + length < file->size && length < PATH_MAX - 1 &&
		       strchr(" \t\r\n", text[at + length]) == NULL)
			length++;
		memcpy(interpreter, text + at, length);
	} else if (elf_open(&elf, file->data, file->size) == 0 && elf.interpreter != NULL) {
		length = strnlen(elf.interpreter, PATH_MAX - 1);
		memcpy(interpreter, elf.interpreter, length);
	}
	interpreter[length] = '\0';
	return length > 0 && interpreter[0] == '/' && !is_mounted(interpreter) &&
	       lookup_file(rootfs, interpreter, &entry) != 0;
}

static void
append_reason(struct text *why, const char *before, const char *name, const char *after)
{
	text_string(why, before);
	escape_bytes(why, name, strlen(name));
	text_string(why, after);
}

/*
 * Appends how to add a program to the image or, if the words look like a shell's, that no shell is
 * involved.
 */
static void
append_remedy(struct text *why, const char *name)
{
	if (strpbrk(name, " |&;<>()$`") != NULL)
		append_reason(why, ": no shell splits this; bench boot -- bash -c '", name, "'");
	else
		append_reason(why, ": pack it, with packer -b ", name, "");
}

static bool
check_command(const struct rootfs *rootfs, const struct experiment *e, const char *name,
	      struct refusal *refusal, struct text *why)
{
	const char *folders = usual_path;
	const struct rootfs_entry *entry = NULL;
	char interpreter[PATH_MAX];

	for (size_t i = 0; i < e->env.count; i++)
		if (strncmp(e->env.values[i][0], "PATH=", 5) == 0)
			folders = e->env.values[i][0] + 5;
	/* A relative path depends on the folder that the experiment runs in. */
	if (is_mounted(name) || (strchr(name, '/') != NULL && name[0] != '/' && e->cwd != NULL))
		return true;
	int error = lookup_program(rootfs, folders, name, &entry);
	if (error == 0 && !lacks_interpreter(rootfs, entry->file, interpreter))
		return true;
	refusal->outcome = OUTCOME_NOT_RUN;
	refusal->status = error == EACCES ? STATUS_NOT_EXECUTABLE : STATUS_NOT_FOUND;
	append_reason(why, "cannot run ", name, "");
	if (error == 0) {
		append_reason(why, ": it needs ", interpreter, ", which is not in the image");
		return false;
	}
	text_string(why, error == EACCES ? ": it is not executable in the image"
					 : ": it is not in the image");
	/* packer -b ./prog packs prog into a folder of PATH. */
	const char *slash = strrchr(name, '/');
	if (slash != NULL && lookup_program(rootfs, folders, slash + 1, &entry) == 0)
		append_reason(why, ", which has ", slash + 1, " in its PATH");
	else if (error != EACCES)
		append_remedy(why, name);
	return false;
}

static struct text
content_of(const struct rootfs *rootfs, const char *path)
{
	const struct rootfs_entry *entry = rootfs_find(rootfs, path, true, NULL);

	if (entry == NULL || !S_ISREG(entry->file->mode))
		return (struct text){.used = 0};
	return (struct text){.data = (char *)(uintptr_t)entry->file->data,
			     .used = (size_t)entry->file->size};
}

static bool
check_user(const struct rootfs *rootfs, const struct experiment *e, struct text *why)
{
	const struct text passwd = content_of(rootfs, "/etc/passwd"),
			  group = content_of(rootfs, "/etc/group");
	const struct users users = {passwd.data, passwd.used, group.data, group.used};
	struct user user;
	const char *problem = e->user != NULL ? users_find(&users, e->user, &user) : NULL;

	if (problem == NULL)
		return true;
	append_reason(why, "user ", e->user, " ");
	text_string(why, problem);
	text_string(why, " of the image");
	return false;
}

static bool
check_folder(const struct rootfs *rootfs, const struct experiment *e, struct text *why)
{
	if (e->cwd == NULL || is_mounted(e->cwd) || rootfs_find(rootfs, e->cwd, true, NULL) != NULL)
		return true;
	append_reason(why, "cwd ", e->cwd, ": it is not in the image: pack it, with packer -f");
	return false;
}

/*
 * Checks the commands, the user and the folder of an experiment. An experiment that mounts
 * something passes, as the mounts may hold what the image lacks. Returns false with the problem in
 * `why`, and, for a command, with outcome and status.
 */
static bool
precheck_run(const struct contents *c, const struct experiment *e, struct refusal *refusal,
	     struct text *why)
{
	const struct rootfs *rootfs = &c->image.rootfs;

	if (e->mount.count > 0)
		return true;
	for (size_t i = 0; i < e->run.count; i++)
		if (!check_command(rootfs, e, e->run.values[i][0], refusal, why))
			return false;
	return check_user(rootfs, e, why) && check_folder(rootfs, e, why);
}

enum { MIB = 1024 * 1024, INIT_MAX = MIB, NAMES_MAX = 256 };

/* The path of the program that the kernel starts: "/init" unless the arguments name another. */
static void
read_init_path(const char *args, char path[PATH_MAX])
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

/*
 * Whether the image has Lull's init anywhere: another init, such as a script that mounts something,
 * may execute it at its end.
 */
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
	read_init_path(args, path);
	if (init_file_find(&c->image.rootfs, path, &init) != NULL)
		return has_root(args);
	if (init_file_is_lull(init->file->data, init->file->size))
		return false;
	/* A program that rdinit= names replaces Lull's init; a script may not. */
	bool is_named = strcmp(path, "/init") != 0;
	bool is_program =
	    init->file->size > SELFMAG && memcmp(init->file->data, ELFMAG, SELFMAG) == 0;
	return (is_named && is_program) || !has_lull_init(&c->image.rootfs);
}

/* Appends the problem of the image, or of the file at `path` in it. Returns false. */
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

	/*
	 * If it cannot execute an init in the image, the kernel mounts that file system and starts
	 * the init there.
	 */
	if (has_root(p->options->args))
		return true;
	if (image->rootfs.count == 0) {
		text_string(why, "no initramfs: ");
		return refuse_image(p, "", image->findings[0].problem, why);
	}
	read_init_path(p->options->args, path);
	const char *problem = init_file_find(&image->rootfs, path, &init);
	if (problem != NULL)
		return refuse_image(p, path, problem, why);
	if (rootfs_find(&image->rootfs, INIT_FILE_IMAGE, true, NULL) != NULL &&
	    rootfs_find(&image->rootfs, INIT_FILE_END, true, NULL) == NULL &&
	    init_file_is_lull(init->file->data, init->file->size))
		return refuse_image(p, INIT_FILE_END,
				    "the last file is missing: the image is cut off; pack it again",
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

/* The address of the end of the memory that the kernel needs to start; 0: unknown. */
static uint64_t
kernel_memory(const char *path)
{
	enum {
		MAGIC = 0x202,
		PROTOCOL = 0x206,
		PREFERRED = 0x258,
		INIT_SIZE = 0x260,
		HEADER = 0x264
	};
	unsigned char header[HEADER];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 && pread(fd, header, sizeof(header), 0) == (ssize_t)sizeof(header);

	if (fd >= 0)
		close(fd);
	if (!is_read || memcmp(header + MAGIC, "HdrS", 4) != 0 ||
	    number_at(header, PROTOCOL, 2) < 0x20a)
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

/*
 * The least bytes that the image needs, next to the kernel. Its file is in memory together with its
 * unpacked contents.
 */
static uint64_t
image_memory(const struct contents *c, const char *args)
{
	struct kernel_arg arg;
	bool is_ramfs =
	    kernel_args_find(args, "root", &arg) || kernel_args_find(args, "rootfstype", &arg);

	/*
	 * It is unpacked into a tmpfs, which may fill half of the memory that is left
	 * (init/do_mounts.c init_rootfs()).
	 */
	return c->size + contents_unpacked(c) * (is_ramfs ? 1 : 2);
}

/* Refuses memory that is certainly too small. The kernel determines how much more is needed. */
static bool
check_memory(const struct precheck *p, struct text *why)
{
	const struct boot_options *o = p->options;
	const struct contents *c = p->contents;
	uint64_t has = o->memory_mib > 0 ? o->memory_mib : c->default_memory;
	uint64_t kernel = kernel_memory(p->kernel) + c->size, image = image_memory(c, o->args);
	uint64_t least = ((kernel > image ? kernel : image) + MIB - 1) / MIB, enough = 2 * least;

	/* QEMU uses the last -m. */
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

/* Finds the lowest and highest CPU of the set. Returns false if it is empty. */
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

/* The kernel accepts a set if the machine has one of its CPUs; else nothing runs. */
static bool
check_cpus(const struct precheck *p, const struct experiment *e, struct text *why)
{
	unsigned has = p->options->cpus, first = 0, last = 0;

	if (!e->has_cpus || !find_bounds(&e->cpus, &first, &last) || first < has ||
	    has_word(p->options->qemu_args, "-smp"))
		return true;
	text_string(why, "the experiment needs CPU ");
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

/*
 * Parses the experiment file that init would choose (init/setup/choose.c), if it would choose one.
 */
static bool
read_file(const struct precheck *p, const char *name, bool has_run, struct experiment *e,
	  struct text *why)
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
		text_string(why, "unknown experiment ");
		escape_bytes(why, name, strlen(name));
		text_string(why, "; this image has ");
		text_string(why, count == 0 ? "none" : "");
		text_bytes(why, known, names.used);
		return false;
	}
	return experiment_read_file(e, entry->path, (const char *)entry->file->data,
				    (size_t)entry->file->size, why) == 0;
}

/* Parses the experiment as init will. */
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
	bool result =
	    read_file(p, o->experiment != NULL ? o->experiment : line.name, has_run, e, why);
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
	bool result = is_read && (is_laboratory || check_cpus(p, &e, why)) &&
		      precheck_run(p->contents, &e, refusal, why);

	if (result && p->experiment != NULL)
		*p->experiment = e;
	else
		experiment_free(&e);
	return result;
}

static bool
drops_console(const char *args)
{
	struct kernel_arg arg;

	return args != NULL && kernel_args_find(args, "-console", &arg) &&
	       !kernel_args_find(args, "console", &arg);
}

static bool
check_console(const struct precheck *p, bool is_laboratory, struct text *why)
{
	const char *problem = p->options->args != NULL
				  ? kernel_line_console_problem(p->options->args, is_laboratory)
				  : NULL;

	if (problem == NULL && !is_laboratory && !p->interactive && drops_console(p->options->args))
		problem =
		    "-console leaves no console for the results: name one, such as console=ttyS0";
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
	text_string(why, ": its init is not Lull's, which bench needs to run a command: boot it on "
			 "a terminal without a command, or pack it with packer");
	return false;
}

bool
precheck_passes(const struct precheck *p, struct refusal *refusal)
{
	const struct target_options *target = &p->options->target;
	bool is_laboratory = target_options_laboratory(target) != NULL,
	     is_known = contents_are_known(p->contents);
	struct text why = text_in(refusal->text, sizeof(refusal->text) - 1);

	if (p->experiment != NULL)
		*p->experiment = experiment_default();
	*refusal = (struct refusal){.outcome = OUTCOME_REFUSED, .status = STATUS_WRONG_USAGE};
	bool result = check_console(p, is_laboratory, &why) &&
		      (!is_known || check_image(p, &why)) &&
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
