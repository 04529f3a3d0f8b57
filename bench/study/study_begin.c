/* SPDX-License-Identifier: MIT */
#include "study/study_begin.h"

#include <dirent.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "study/study.h"

#ifndef LULL_VERSION
#define LULL_VERSION "unknown"
#endif

static const char begun_name[] = "study.json";

enum { BEGUN_MAX = 16 * 1024 * 1024 };

/* Whether `lock` is as it is before anything is written to it. */
static bool
is_new_lock(int folder)
{
	struct stat status;

	return fstatat(folder, "lock", &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
	       status.st_size == 0;
}

int
study_check_folder(int folder, const char *path)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool is_empty = true;

	if (entries == NULL) {
		warn("cannot read %s", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(entries)) != NULL) {
		is_empty &= strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			    (strcmp(entry->d_name, "lock") == 0 && is_new_lock(folder));
	}
	closedir(entries);
	/* What is begun has a lock that tells of itself; one that was killed just then has that alone. */
	if (is_empty || journal_was_locked(folder) || faccessat(folder, begun_name, F_OK, 0) == 0)
		return 0;
	warnx("%s holds other things and no study: name a new folder with -o", path);
	return -1;
}

/* A file of the plan's, found from the plan's folder. */
static void
path_from(const char *folder, const char *file, char path[PATH_MAX])
{
	if (file[0] == '/' || strcmp(folder, ".") == 0)
		snprintf(path, PATH_MAX, "%s", file);
	else
		snprintf(path, PATH_MAX, "%s/%s", folder, file);
}

static int
keep_kernel(struct study *s, size_t i, const char *folder)
{
	const struct plan_item *item = &s->plan.lists[PLAN_KERNELS].at[i];
	struct study_file *kernel = &s->kernels[i];
	char path[PATH_MAX];

	path_from(folder, item->text, path);
	if (kept_file(&kernel->file, s->files, path) != 0)
		return -1;
	study_file_path(s, &kernel->file, path);
	if (kernel_identity_read(&kernel->identity, path) != 0) {
		warn("cannot read %s", path);
		return -1;
	}
	if (item->config == NULL)
		return 0;
	path_from(folder, item->config, path);
	return kept_file(&kernel->config, s->files, path);
}

static int
keep_image(struct study *s, size_t i, const char *folder)
{
	const struct plan_item *item = &s->plan.lists[PLAN_IMAGES].at[i];
	char path[PATH_MAX];

	if (item->words != NULL)
		return kept_pack(&s->images[i].file, s->files, item->label, item->words, folder);
	path_from(folder, item->text, path);
	return kept_file(&s->images[i].file, s->files, path);
}

/* `ovmf` is a word for a file of the system's. */
static int
keep_firmware(struct study *s, const char *folder)
{
	const char *name = s->plan.settings[PLAN_FIRMWARE];
	char path[PATH_MAX], buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));
	struct target_options target = {0};

	if (name == NULL)
		return 0;
	path_from(folder, name, path);
	int result = target_options_set(&target, "firmware", strcmp(name, "ovmf") == 0 ? name : path, &problem);
	if (result != 0)
		warnx("firmware %s: %.*s", name, (int)problem.used, buffer);
	else
		result = kept_file(&s->firmware, s->files, target.firmware);
	target_options_free(&target);
	return result;
}

static json_t *
files_of(struct object *o, const struct plan_list *list, const struct study_file *files)
{
	json_t *all = json_object();

	for (size_t i = 0; i < list->count; i++) {
		struct object file = {json_object(), false};
		object_string(&file, "sha256", files[i].file.name);
		if (list->at[i].text != NULL)
			object_set(&file, "file", object_encode(list->at[i].text, strlen(list->at[i].text)));
		if (files[i].config.name[0] != '\0')
			object_string(&file, "config_sha256", files[i].config.name);
		if (files[i].identity.build_id[0] != '\0')
			object_string(&file, "build_id", files[i].identity.build_id);
		if (files[i].identity.release[0] != '\0')
			object_set(&file, "release",
				   object_encode(files[i].identity.release, strlen(files[i].identity.release)));
		if (json_object_set_new(all, list->at[i].label, file.json) != 0 || file.failed)
			o->failed = true;
	}
	return all;
}

static void
hex(const unsigned char *bytes, char digits[2 * SHA256_SIZE + 1])
{
	struct text t = text_in(digits, 2 * SHA256_SIZE + 1);

	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, bytes[i], 2);
	digits[2 * SHA256_SIZE] = '\0';
}

/* The journal is of this study.json and no other. */
static void
set_key(struct study *s, const char *text, size_t length)
{
	unsigned char digest[SHA256_SIZE];
	struct sha256 hash;

	sha256_start(&hash);
	sha256_add(&hash, text, length);
	sha256_finish(&hash, digest);
	memcpy(&s->key, digest, sizeof(s->key));
	s->key = le64toh(s->key);
}

static int
write_begun(struct study *s)
{
	struct object o = {json_object(), false};
	char identity[2 * SHA256_SIZE + 1], begun[32];
	struct utsname host;
	time_t now = time(NULL);
	struct tm utc;
	int result = -1;

	hex(s->plan.identity, identity);
	strftime(begun, sizeof(begun), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	uname(&host);
	object_string(&o, "lull", LULL_VERSION);
	object_string(&o, "begun", begun);
	object_string(&o, "plan", identity);
	object_set(&o, "sums", json_true());
	s->has_sums = true;
	object_set(&o, "seed", json_integer((json_int_t)s->seed));
	object_set(&o, "host",
		   json_pack("{s:s, s:s, s:I}", "kernel", host.release, "machine", host.machine, "cpus",
			     (json_int_t)sysconf(_SC_NPROCESSORS_ONLN)));
	object_set(&o, "kernels", files_of(&o, &s->plan.lists[PLAN_KERNELS], s->kernels));
	object_set(&o, "images", files_of(&o, &s->plan.lists[PLAN_IMAGES], s->images));
	if (s->firmware.name[0] != '\0')
		object_string(&o, "firmware", s->firmware.name);
	char *text = o.failed ? NULL : json_dumps(o.json, JSON_INDENT(2));
	if (text == NULL)
		errno = ENOMEM;
	else
		result = io_create(s->folder, begun_name, text, strlen(text));
	if (result != 0)
		warn("cannot write %s/%s", s->path, begun_name);
	else
		set_key(s, text, strlen(text));
	free(text);
	json_decref(o.json);
	return result;
}

static bool
recall_digits(const json_t *json, const char *key, char *digits, size_t size)
{
	const char *value = json_string_value(json_object_get(json, key));

	if (value == NULL || strlen(value) >= size || strspn(value, "0123456789abcdef") != strlen(value))
		return false;
	strcpy(digits, value);
	return true;
}

static bool
recall_files(const json_t *all, const struct plan_list *list, struct study_file *files)
{
	for (size_t i = 0; i < list->count; i++) {
		const json_t *file = json_object_get(all, list->at[i].label);
		if (!recall_digits(file, "sha256", files[i].file.name, sizeof(files[i].file.name)))
			return false;
		recall_digits(file, "config_sha256", files[i].config.name, sizeof(files[i].config.name));
		recall_digits(file, "build_id", files[i].identity.build_id, sizeof(files[i].identity.build_id));
		const char *release = json_string_value(json_object_get(file, "release"));
		if (release != NULL)
			snprintf(files[i].identity.release, sizeof(files[i].identity.release), "%s", release);
	}
	return true;
}

/* Returns 0, or -1 after telling what is wrong; `begun` is what study.json holds. */
static int
recall(struct study *s, const json_t *begun)
{
	char identity[2 * SHA256_SIZE + 1];
	const char *had = json_string_value(json_object_get(begun, "plan"));
	const json_t *seed = json_object_get(begun, "seed");

	hex(s->plan.identity, identity);
	if (had != NULL && strcmp(had, identity) != 0) {
		warnx(
		    "%s was begun with another plan (%s/plan); only boots, precision, limit and tries may change: name "
		    "another folder with -o",
		    s->path, s->path);
		return -1;
	}
	s->seed = (uint64_t)json_integer_value(seed);
	s->has_sums = json_is_true(json_object_get(begun, "sums"));
	recall_digits(begun, "firmware", s->firmware.name, sizeof(s->firmware.name));
	if (had != NULL && json_is_integer(seed) && json_integer_value(seed) >= 0 &&
	    recall_files(json_object_get(begun, "kernels"), &s->plan.lists[PLAN_KERNELS], s->kernels) &&
	    recall_files(json_object_get(begun, "images"), &s->plan.lists[PLAN_IMAGES], s->images))
		return 0;
	warnx("%s/%s is not as it was written", s->path, begun_name);
	return -1;
}

int
study_recall(struct study *s)
{
	size_t length;
	char *text = io_read(s->folder, begun_name, BEGUN_MAX, &length);

	if (text == NULL) {
		if (errno == ENOENT)
			warnx("%s: no study was begun there: bench run PLAN -o %s", s->path, s->path);
		else
			warn("cannot read %s/%s", s->path, begun_name);
		return -1;
	}
	set_key(s, text, length);
	json_t *begun = json_loadb(text, length, 0, NULL);
	int result = recall(s, begun);
	json_decref(begun);
	free(text);
	return result;
}

static bool
is_intact(const struct study *s, struct kept *file)
{
	char path[PATH_MAX];

	study_file_path(s, file, path);
	return file->name[0] == '\0' || kept_is_intact(file, s->files, path);
}

static bool
are_intact(const struct study *s, struct study_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_intact(s, &files[i].file) || !is_intact(s, &files[i].config))
			return false;
	return true;
}

/* What has no whole line is a torn one. */
static bool
is_journal_empty(const struct study *s)
{
	char piece[4096];
	int fd = openat(s->folder, "journal", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got;
	bool has_line = false;

	while (fd >= 0 && !has_line && (got = read(fd, piece, sizeof(piece))) > 0)
		has_line = memchr(piece, '\n', (size_t)got) != NULL;
	if (fd >= 0)
		close(fd);
	return !has_line;
}

/* Refuses what is `missing` where boots have left traces. */
static int
check_no_boots(const struct study *s, const char *missing)
{
	if (s->last_console == 0 && s->journal.synced.lines == 0 && is_journal_empty(s))
		return 0;
	warnx("%s: %s, and there were boots: restore what is missing, or name a new folder with -o", s->path, missing);
	return -1;
}

/* Goes on with what was begun, from the files that it was begun with. */
static int
go_on(struct study *s)
{
	/* What was in the journal is then known to nobody. */
	if (!s->journal.synced.is_known && is_journal_empty(s) &&
	    check_no_boots(s, "journal is empty, lock is missing") != 0)
		return -1;
	if (study_recall(s) != 0 || !are_intact(s, s->kernels, s->plan.lists[PLAN_KERNELS].count) ||
	    !are_intact(s, s->images, s->plan.lists[PLAN_IMAGES].count))
		return -1;
	return is_intact(s, &s->firmware) ? 0 : -1;
}

int
study_begin(struct study *s, const char *plan)
{
	char copy[PATH_MAX];

	if (faccessat(s->folder, begun_name, F_OK, 0) == 0)
		return go_on(s);
	if (check_no_boots(s, "study.json is missing") != 0)
		return -1;
	journal_begin(&s->journal);
	snprintf(copy, sizeof(copy), "%s", plan);
	const char *folder = dirname(copy);
	for (size_t i = 0; i < s->plan.lists[PLAN_KERNELS].count; i++)
		if (keep_kernel(s, i, folder) != 0)
			return -1;
	for (size_t i = 0; i < s->plan.lists[PLAN_IMAGES].count; i++)
		if (keep_image(s, i, folder) != 0)
			return -1;
	return keep_firmware(s, folder) == 0 ? write_begun(s) : -1;
}
