/* SPDX-License-Identifier: MIT */
#include "boot/precheck_run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "host/elf.h"
#include "users.h"

static const char usual_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; /* init/main.c */

/* Below what init mounts before the experiment starts, the image does not show what exists. */
static bool
is_mounted(const char *path)
{
	static const char *const folders[] = {"/dev/", "/proc/", "/run/", "/sys/"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* The program at a path: 0 with *entry, or ENOENT, or EACCES where it cannot be executed. */
static int
find_file(const struct rootfs *rootfs, const char *path, const struct rootfs_entry **entry)
{
	*entry = rootfs_find(rootfs, path, true, NULL);
	if (*entry == NULL)
		return ENOENT;
	return S_ISREG((*entry)->file->mode) && ((*entry)->file->mode & 0111) != 0 ? 0 : EACCES;
}

/* As init finds a program (init/run/run.c): the first that can be executed, in the folders of PATH. */
static int
find_program(const struct rootfs *rootfs, const char *folders, const char *name, const struct rootfs_entry **entry)
{
	int error = ENOENT;

	if (strchr(name, '/') != NULL || name[0] == '\0')
		return find_file(rootfs, name, entry);
	for (;;) {
		char path[PATH_MAX];
		int length = (int)strcspn(folders, ":");
		int found = snprintf(path, sizeof(path), "%.*s/%s", length, folders, name) < (int)sizeof(path)
				? find_file(rootfs, path, entry)
				: ENOENT;

		if (found == 0)
			return 0;
		error = found == EACCES ? EACCES : error;
		if (folders[length] == '\0')
			return error;
		folders += length + 1;
	}
}

/* What the program itself needs to be started by, a script's or an ELF file's interpreter, where that is missing. */
static bool
lacks_interpreter(const struct rootfs *rootfs, const struct rootfs_file *file, char interpreter[PATH_MAX])
{
	const char *text = (const char *)file->data;
	const struct rootfs_entry *entry;
	struct elf elf;
	size_t length = 0;

	if (file->size > 2 && memcmp(text, "#!", 2) == 0) {
		size_t at = 2;
		while (at < file->size && (text[at] == ' ' || text[at] == '\t'))
			at++;
		while (at + length < file->size && length < PATH_MAX - 1 && strchr(" \t\r\n", text[at + length]) == NULL)
			length++;
		memcpy(interpreter, text + at, length);
	} else if (elf_open(&elf, file->data, file->size) == 0 && elf.interpreter != NULL) {
		length = strnlen(elf.interpreter, PATH_MAX - 1);
		memcpy(interpreter, elf.interpreter, length);
	}
	interpreter[length] = '\0';
	return length > 0 && interpreter[0] == '/' && !is_mounted(interpreter) &&
	       find_file(rootfs, interpreter, &entry) != 0;
}

static void
say(struct text *why, const char *before, const char *name, const char *after)
{
	text_string(why, before);
	escape_bytes(why, name, strlen(name));
	text_string(why, after);
}

/* Says how to get a program into the image, or, for words that look like a shell's, that there is no shell. */
static void
say_pack(struct text *why, const char *name)
{
	if (strpbrk(name, " |&;<>()$`") != NULL)
		say(why, ": no shell splits this; bench boot -- bash -c '", name, "'");
	else
		say(why, ": pack it, with packer -b ", name, "");
}

static bool
check_command(const struct rootfs *rootfs, const struct experiment *e, const char *name, struct refusal *refusal,
	      struct text *why)
{
	const char *folders = usual_path;
	const struct rootfs_entry *entry = NULL;
	char interpreter[PATH_MAX];

	for (size_t i = 0; i < e->env.count; i++)
		if (strncmp(e->env.values[i][0], "PATH=", 5) == 0)
			folders = e->env.values[i][0] + 5;
	/* A relative path is one of the folder that the experiment runs in. */
	if (is_mounted(name) || (strchr(name, '/') != NULL && name[0] != '/' && e->cwd != NULL))
		return true;
	int error = find_program(rootfs, folders, name, &entry);
	if (error == 0 && !lacks_interpreter(rootfs, entry->file, interpreter))
		return true;
	refusal->outcome = OUTCOME_NOT_RUN;
	refusal->status = error == EACCES ? STATUS_NOT_EXECUTABLE : STATUS_NOT_FOUND;
	say(why, "cannot run ", name, "");
	if (error == 0) {
		say(why, ": it needs ", interpreter, ", which is not in the image");
		return false;
	}
	text_string(why, error == EACCES ? ": it is not executable in the image" : ": it is not in the image");
	if (error != EACCES)
		say_pack(why, name);
	return false;
}

static struct text
content_of(const struct rootfs *rootfs, const char *path)
{
	const struct rootfs_entry *entry = rootfs_find(rootfs, path, true, NULL);

	if (entry == NULL || !S_ISREG(entry->file->mode))
		return (struct text){.used = 0};
	return (struct text){.data = (char *)(uintptr_t)entry->file->data, .used = (size_t)entry->file->size};
}

static bool
check_user(const struct rootfs *rootfs, const struct experiment *e, struct text *why)
{
	const struct text passwd = content_of(rootfs, "/etc/passwd"), group = content_of(rootfs, "/etc/group");
	const struct users users = {passwd.data, passwd.used, group.data, group.used};
	struct user user;
	const char *problem = e->user != NULL ? users_find(&users, e->user, &user) : NULL;

	if (problem == NULL)
		return true;
	say(why, "user ", e->user, " ");
	text_string(why, problem);
	text_string(why, " of the image");
	return false;
}

static bool
check_folder(const struct rootfs *rootfs, const struct experiment *e, struct text *why)
{
	if (e->cwd == NULL || is_mounted(e->cwd) || rootfs_find(rootfs, e->cwd, true, NULL) != NULL)
		return true;
	say(why, "cwd ", e->cwd, ": it is not in the image: pack it, with packer -f");
	return false;
}

bool
precheck_run(const struct contents *c, const struct experiment *e, struct refusal *refusal, struct text *why)
{
	const struct rootfs *rootfs = &c->image.rootfs;

	if (e->mount.count > 0)
		return true;
	for (size_t i = 0; i < e->run.count; i++)
		if (!check_command(rootfs, e, e->run.values[i][0], refusal, why))
			return false;
	return check_user(rootfs, e, why) && check_folder(rootfs, e, why);
}
