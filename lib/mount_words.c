/* SPDX-License-Identifier: MIT */
#include "mount_words.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>

#include "text.h"

/* Options that are flags of mount(2). Those that clear a flag have the name without "no". */
static const struct {
	const char *name;
	unsigned long set, clear;
} flags[] = {
    {"defaults", 0, 0},
    {"ro", MS_RDONLY, 0},
    {"rw", 0, MS_RDONLY},
    {"nosuid", MS_NOSUID, 0},
    {"suid", 0, MS_NOSUID},
    {"nodev", MS_NODEV, 0},
    {"dev", 0, MS_NODEV},
    {"noexec", MS_NOEXEC, 0},
    {"exec", 0, MS_NOEXEC},
    {"sync", MS_SYNCHRONOUS, 0},
    {"async", 0, MS_SYNCHRONOUS},
    {"dirsync", MS_DIRSYNC, 0},
    {"noatime", MS_NOATIME, 0},
    {"atime", 0, MS_NOATIME},
    {"nodiratime", MS_NODIRATIME, 0},
    {"diratime", 0, MS_NODIRATIME},
    {"relatime", MS_RELATIME, 0},
    {"norelatime", 0, MS_RELATIME},
    {"strictatime", MS_STRICTATIME, 0},
    {"lazytime", 1UL << 25 /* MS_LAZYTIME */, 0},
    {"bind", MS_BIND, 0},
    {"rbind", MS_BIND | MS_REC, 0},
    {"silent", MS_SILENT, 0},
};

static bool
set_flag(struct mount_words *mount, const char *option, size_t length)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (strlen(flags[i].name) != length || memcmp(flags[i].name, option, length) != 0)
			continue;
		mount->flags = (mount->flags & ~flags[i].clear) | flags[i].set;
		return true;
	}
	return false;
}

static const char *
read_options(struct mount_words *mount, const char *options)
{
	struct text data = text_in(mount->data, sizeof(mount->data) - 1);

	while (*options != '\0') {
		size_t length = strcspn(options, ",");
		if (length > 0 && !set_flag(mount, options, length)) {
			if (data.used > 0)
				text_char(&data, ',');
			text_bytes(&data, options, length);
		}
		options += length + (options[length] == ',');
	}
	mount->data[data.used] = '\0';
	return data.full ? "has options of more than 1023 bytes" : NULL;
}

const char *
mount_words_read(struct mount_words *mount, char *const *words)
{
	const char *problem = NULL;
	bool has_options = false;

	*mount = (struct mount_words){.deadline_s = MOUNT_DEADLINE_S};
	if (words[0] == NULL || words[1] == NULL || words[2] == NULL)
		return "must be SOURCE TARGET TYPE [OPTIONS] [deadline=SECONDS]";
	mount->source = words[0];
	mount->target = words[1];
	mount->type = words[2];
	if (mount->target[0] != '/')
		return "needs an absolute TARGET";
	for (size_t i = 3; words[i] != NULL && problem == NULL; i++) {
		if (strncmp(words[i], "deadline=", 9) == 0) {
			if (text_parse_number(words[i] + 9, 3600, &mount->deadline_s) != 0 ||
			    mount->deadline_s == 0)
				problem = "has a deadline that is not 1 to 3600 seconds";
		} else if (has_options) {
			problem = "has options twice: separate them by commas";
		} else {
			has_options = true;
			problem = read_options(mount, words[i]);
		}
	}
	return problem;
}
