/* SPDX-License-Identifier: MIT */
#include "study/study.h"

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
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "host/new_file.h"
#include "study/extension.h"
#include "study/numbers_file.h"
#include "study/study_line.h"
#include "study/study_machine.h"
#include "target/cpu_model.h"

/*
 * Writes and reads study.json, which says how the study was started. Errors are printed on stderr.
 */

#ifndef LULL_VERSION
#define LULL_VERSION "unknown"
#endif

static const char start_name[] = "study.json";

enum { START_MAX = 16 * 1024 * 1024, STUDY_FORMAT = 2 };

/* Whether `lock` is a new file to which nothing has been written. */
static bool
is_new_lock(int folder)
{
	struct stat status;

	return fstatat(folder, "lock", &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode) && status.st_size == 0;
}

/* Checks that the folder is a study's or empty. Returns 0 or -1. */
static int
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
	/*
	 * A started study has a lock with contents. A bench that was killed right before that
	 * leaves an empty lock.
	 */
	if (is_empty || journal_was_locked(folder) || faccessat(folder, start_name, F_OK, 0) == 0)
		return 0;
	warnx("%s is not empty and not a study: name a new folder with -o", path);
	return -1;
}

/* The path of a file of the plan, relative to the plan's folder. */
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

/* `ovmf` is not a path, but stands for a file of the system. */
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
	int result = target_options_set(&target, "firmware",
					strcmp(name, "ovmf") == 0 ? name : path, &problem);
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
			object_set(&file, "file",
				   object_encode(list->at[i].text, strlen(list->at[i].text)));
		if (files[i].config.name[0] != '\0')
			object_string(&file, "config_sha256", files[i].config.name);
		if (files[i].identity.build_id[0] != '\0')
			object_string(&file, "build_id", files[i].identity.build_id);
		if (files[i].identity.release[0] != '\0')
			object_set(&file, "release",
				   object_encode(files[i].identity.release,
						 strlen(files[i].identity.release)));
		if (json_object_set_new(all, list->at[i].label, file.json) != 0 || file.failed)
			o->failed = true;
	}
	return all;
}

/* The kernel arguments that each label stands for. */
static json_t *
arguments_of(struct object *o, const struct plan_list *list)
{
	struct object all = {json_object(), false};

	for (size_t i = 0; i < list->count; i++)
		object_set(&all, list->at[i].label,
			   object_encode(list->at[i].text, strlen(list->at[i].text)));
	o->failed |= all.failed;
	return all.json;
}

static void
format_hash(const unsigned char *bytes, char digits[2 * SHA256_SIZE + 1])
{
	struct text t = text_in(digits, 2 * SHA256_SIZE + 1);

	for (int i = 0; i < SHA256_SIZE; i++)
		text_hex(&t, bytes[i], 2);
	digits[2 * SHA256_SIZE] = '\0';
}

/* Sets the journal's key, which ties it to this study.json. */
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

static json_t *
host_of(struct object *parent)
{
	struct object o = {json_object(), false};
	struct utsname host;
	char cpu[CPU_MODEL_MAX];

	uname(&host);
	cpu_model(cpu);
	object_guest(&o, "name", host.nodename);
	object_guest(&o, "cpu", cpu);
	object_string(&o, "kernel", host.release);
	object_string(&o, "machine", host.machine);
	object_set(&o, "cpus", json_integer((json_int_t)sysconf(_SC_NPROCESSORS_ONLN)));
	parent->failed |= o.failed;
	return o.json;
}

/* What the beginning of a study and of an extension have in common. */
static void
set_begun(struct object *o, const struct study *s, int format)
{
	char identity[2 * SHA256_SIZE + 1], begun[32];
	time_t now = time(NULL);
	struct tm utc;

	format_hash(s->plan.identity, identity);
	strftime(begun, sizeof(begun), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	object_set(o, "format", json_integer(format));
	object_string(o, "lull", LULL_VERSION);
	object_string(o, "begun", begun);
	object_string(o, "plan", identity);
}

static void
set_files(struct object *o, const struct study *s)
{
	object_set(o, "kernels", files_of(o, &s->plan.lists[PLAN_KERNELS], s->kernels));
	object_set(o, "images", files_of(o, &s->plan.lists[PLAN_IMAGES], s->images));
	object_set(o, "args", arguments_of(o, &s->plan.lists[PLAN_ARGS]));
}

static int
write_start(struct study *s)
{
	struct object o = {json_object(), false};
	int result = -1;

	set_begun(&o, s, STUDY_FORMAT);
	object_set(&o, "sums", json_true());
	s->has_sums = true;
	object_set(&o, "seed", json_integer((json_int_t)s->seed));
	object_set(&o, "host", host_of(&o));
	object_set(
	    &o, "precision",
	    json_pack("{s:i, s:i}", "least_blocks", QUEUE_BLOCKS_LEAST, "looks", QUEUE_LOOKS));
	set_files(&o, s);
	if (s->firmware.name[0] != '\0')
		object_string(&o, "firmware", s->firmware.name);
	char *text = o.failed ? NULL : json_dumps(o.json, JSON_INDENT(2));
	if (text == NULL)
		errno = ENOMEM;
	else
		result = io_create(s->folder, start_name, text, strlen(text));
	if (result != 0)
		warn("cannot write %s/%s", s->path, start_name);
	else
		set_key(s, text, strlen(text));
	free(text);
	json_decref(o.json);
	return result;
}

static bool
parse_digits(const json_t *json, const char *key, char *digits, size_t size)
{
	const char *value = json_string_value(json_object_get(json, key));

	if (value == NULL || strlen(value) >= size ||
	    strspn(value, "0123456789abcdef") != strlen(value))
		return false;
	strcpy(digits, value);
	return true;
}

static bool
parse_files(const json_t *all, const struct plan_list *list, struct study_file *files)
{
	for (size_t i = 0; i < list->count; i++) {
		const json_t *file = json_object_get(all, list->at[i].label);
		if (!parse_digits(file, "sha256", files[i].file.name, sizeof(files[i].file.name)))
			return false;
		parse_digits(file, "config_sha256", files[i].config.name,
			     sizeof(files[i].config.name));
		parse_digits(file, "build_id", files[i].identity.build_id,
			     sizeof(files[i].identity.build_id));
		const char *release = json_string_value(json_object_get(file, "release"));
		if (release != NULL)
			snprintf(files[i].identity.release, sizeof(files[i].identity.release), "%s",
				 release);
	}
	return true;
}

/*
 * Reads the study's start from `begun`, the contents of study.json. Returns 0, or -1 after a
 * message.
 */
static int
parse_start(struct study *s, const json_t *begun)
{
	char identity[2 * SHA256_SIZE + 1];
	const char *had = json_string_value(json_object_get(begun, "plan"));
	const json_t *seed = json_object_get(begun, "seed");

	format_hash(s->plan.identity, identity);
	if (had != NULL && strcmp(had, identity) != 0) {
		warnx("%s was started with another plan (%s/plan); only boots, precision, limit, "
		      "tries and better may change: name another folder with -o",
		      s->path, s->path);
		return -1;
	}
	s->seed = (uint64_t)json_integer_value(seed);
	s->has_sums = json_is_true(json_object_get(begun, "sums"));
	parse_digits(begun, "firmware", s->firmware.name, sizeof(s->firmware.name));
	if (had != NULL && json_is_integer(seed) && json_integer_value(seed) >= 0 &&
	    parse_files(json_object_get(begun, "kernels"), &s->plan.lists[PLAN_KERNELS],
			s->kernels) &&
	    parse_files(json_object_get(begun, "images"), &s->plan.lists[PLAN_IMAGES], s->images))
		return 0;
	warnx("%s/%s is damaged", s->path, start_name);
	return -1;
}

/* Reads study.json. Returns 0 or -1. */
static int
read_start(struct study *s)
{
	size_t length;
	char *text = io_read(s->folder, start_name, START_MAX, &length);

	if (text == NULL) {
		if (errno == ENOENT)
			warnx("%s: no study was started here; to start one: bench run PLAN -o %s",
			      s->path, s->path);
		else
			warn("cannot read %s/%s", s->path, start_name);
		return -1;
	}
	set_key(s, text, length);
	s->begun = json_loadb(text, length, 0, NULL);
	free(text);
	char identity[2 * SHA256_SIZE + 1];
	format_hash(s->plan.identity, identity);
	return extension_read_all(s, identity) == 0 ? parse_start(s, s->begun) : -1;
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

/* A journal without a complete line is empty. */
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

/* Refuses to go on without `missing` if there are traces of boots. */
static int
check_no_boots(const struct study *s, const char *missing)
{
	if (s->last_console == 0 && s->journal.synced.lines == 0 && is_journal_empty(s))
		return 0;
	warnx(
	    "%s: %s, but there were boots: restore the missing file, or name a new folder with -o",
	    s->path, missing);
	return -1;
}

/* Continues a study with its kept files. */
static int
continue_study(struct study *s)
{
	/* Then nothing shows what the journal held. */
	if (!s->journal.synced.is_known && is_journal_empty(s) &&
	    check_no_boots(s, "journal is empty, lock is missing") != 0)
		return -1;
	if (read_start(s) != 0 || !are_intact(s, s->kernels, s->plan.lists[PLAN_KERNELS].count) ||
	    !are_intact(s, s->images, s->plan.lists[PLAN_IMAGES].count))
		return -1;
	return is_intact(s, &s->firmware) ? 0 : -1;
}

/* The file that a study has kept for a label; NULL: none, or no study. */
static const struct study_file *
find_kept(const struct study *old, int dimension, const char *label)
{
	const struct study_file *files = old == NULL		     ? NULL
					 : dimension == PLAN_KERNELS ? old->kernels
								     : old->images;

	for (size_t i = 0; files != NULL && i < old->plan.lists[dimension].count; i++)
		if (strcmp(old->plan.lists[dimension].at[i].label, label) == 0)
			return &files[i];
	return NULL;
}

/*
 * Keeps the kernels and images of the plan, which is in `folder`, except those that the study `old`
 * has kept, if it is not NULL. Returns 0, or -1 after a message.
 */
static int
keep_files(struct study *s, const struct study *old, const char *folder)
{
	const struct plan_list *kernels = &s->plan.lists[PLAN_KERNELS],
			       *images = &s->plan.lists[PLAN_IMAGES];
	const struct study_file *kept;

	for (size_t i = 0; i < kernels->count; i++)
		if ((kept = find_kept(old, PLAN_KERNELS, kernels->at[i].label)) != NULL)
			s->kernels[i] = *kept;
		else if (keep_kernel(s, i, folder) != 0)
			return -1;
	for (size_t i = 0; i < images->count; i++)
		if ((kept = find_kept(old, PLAN_IMAGES, images->at[i].label)) != NULL)
			s->images[i] = *kept;
		else if (keep_image(s, i, folder) != 0)
			return -1;
	return 0;
}

/*
 * Keeps copies of the files that the plan, in the file `plan`, names, and writes study.json. If
 * study.json exists, reads it instead and checks that the plan is the same. Returns 0 or -1.
 */
static int
study_begin(struct study *s, const char *plan)
{
	char copy[PATH_MAX];

	if (faccessat(s->folder, start_name, F_OK, 0) == 0)
		return continue_study(s);
	if (check_no_boots(s, "study.json is missing") != 0)
		return -1;
	journal_begin(&s->journal);
	snprintf(copy, sizeof(copy), "%s", plan);
	const char *folder = dirname(copy);
	if (keep_files(s, NULL, folder) != 0)
		return -1;
	return keep_firmware(s, folder) == 0 ? write_start(s) : -1;
}

static const char plan_name[] = "plan";

enum { PLAN_MAX = 16 * 1024 * 1024 };

/*
 * The kept file number `number` that the cell boots; NULL after the last. There may be no firmware.
 */
static struct kept *
file_of(struct study *s, size_t cell, int number)
{
	const size_t *items = s->cells.at[cell].items;
	struct kept *const files[] = {&s->kernels[items[PLAN_KERNELS]].file,
				      &s->images[items[PLAN_IMAGES]].file,
				      s->firmware.name[0] != '\0' ? &s->firmware : NULL, NULL};

	return files[number];
}

int
study_check_files(struct study *s, size_t cell, unsigned *readings)
{
	struct kept *file;
	char path[PATH_MAX];

	*readings = 0;
	for (int i = 0; (file = file_of(s, cell, i)) != NULL; i++) {
		study_file_path(s, file, path);
		if (!kept_is_untouched(file, s->files) && !kept_is_intact(file, s->files, path))
			return -1;
		*readings += file->readings;
	}
	return 0;
}

int
study_recheck_files(struct study *s, size_t cell, unsigned readings)
{
	const struct kept *file;

	for (int i = 0; (file = file_of(s, cell, i)) != NULL; i++) {
		readings -= file->readings;
		if (kept_is_untouched(file, s->files))
			continue;
		warnx("%s/files/%s was changed while it was booted: that boot does not count",
		      s->path, file->name);
		return -1;
	}
	if (readings == 0)
		return 0;
	warnx("%s/files was changed during a boot: that boot does not count", s->path);
	return -1;
}

uint64_t
study_next_layout(const struct study *s, size_t cell)
{
	return s->queue.cells[cell].counted % s->plan.layouts;
}

struct boot_statistic
study_statistic(const struct study *s)
{
	return (struct boot_statistic){s->plan.exact ? STATISTIC_MIN : STATISTIC_MEDIAN, 0};
}

void
study_console_name(uint64_t number, char name[64])
{
	snprintf(name, 64, "%07llu.zst", (unsigned long long)number);
}

/*
 * Whether a boot's console and numbers are complete on the disk. After a power failure those of the
 * last moments may not be.
 */
static bool
is_kept(const struct study *s, const struct study_line *line)
{
	struct stat status;
	char name[64];

	study_console_name(line->number, name);
	if (line->numbers != NULL && !numbers_file_is_whole(s, line->number, line->numbers))
		return false;
	if (line->console_bytes == 0)
		return true; /* the boot had no console */
	return fstatat(s->consoles, name, &status, 0) == 0 &&
	       (uint64_t)status.st_size == line->console_bytes;
}

static void
count_boot(struct study *s, const struct study_line *line, size_t cell)
{
	struct queue_boot boot = {
	    .cell = cell,
	    .block = line->block,
	    .outcome = line->outcome,
	    .came_up = line->init && line->outcome != OUTCOME_WRONG_KERNEL,
	    .is_target = line->outcome == OUTCOME_QEMU_FAILED ||
			 line->outcome == OUTCOME_TARGET_FAILED ||
			 line->outcome == OUTCOME_LOST_DATA,
	    .seconds = line->seconds,
	};

	if (s->plan.precision_of != NULL)
		boot.has_value = study_line_value(line, s->plan.precision_of, &boot.value);
	/* The figures of each run have the command's number if there are several. */
	double wall;
	s->has_several_commands[cell] |= study_line_value(line, "1:wall_ns", &wall);
	if (line->number > s->last)
		s->last = line->number;
	queue_count(&s->queue, &boot);
	if (line->accel != NULL)
		snprintf(s->accel, sizeof(s->accel), "%s", line->accel);
}

void
study_count(struct study *s, const struct study_line *line)
{
	count_boot(s, line, cells_find(&s->cells, line->cell));
}

/*
 * Checks a parsed line. Returns NULL if it is the next boot of a cell of the plan, else the error.
 */
static const char *
check_line(const struct study *s, const struct study_line *line, size_t cell)
{
	if (cell == s->cells.count)
		return "this line has a cell that is not in the plan";
	if (line->block != queue_next_block(&s->queue, cell, line->block))
		return "this line is not the next of its cell: lines are duplicated or missing";
	const char *build_id = s->kernels[s->cells.at[cell].items[PLAN_KERNELS]].identity.build_id;
	if (line->build_id != NULL && build_id[0] != '\0' &&
	    line->outcome != OUTCOME_WRONG_KERNEL && strcasecmp(line->build_id, build_id) != 0)
		return "this line has another kernel than study.json";
	return NULL;
}

/* Counts a line of the journal. */
static int
count_line(void *context, const char *text, size_t length, bool is_synced, const char **why)
{
	struct study *s = context;
	struct study_line line;

	/* After the synced part a power failure may have left any bytes. */
	if (study_line_read(&line, text, length) != 0)
		return is_synced ? -1 : 1;
	size_t cell = cells_find(&s->cells, line.cell);
	extension_begin(s, line.block);
	int result = is_synced || is_kept(s, &line) ? 0 : 1;
	const char *wrong = result == 0 ? check_line(s, &line, cell) : NULL;
	if (wrong != NULL) {
		*why = wrong;
		result = -1;
	} else if (result == 0) {
		count_boot(s, &line, cell);
	}
	study_line_free(&line);
	return result;
}

static int
read_plan(struct study *s, const char *name, const char *text, size_t length)
{
	char buffer[PLAN_PROBLEM_MAX];
	struct text problem = text_in(buffer, sizeof(buffer));

	s->has_plan = study_plan_read(&s->plan, name, text, length, &problem) == 0 &&
		      cells_make(&s->cells, &s->plan, &problem) == 0;
	if (s->has_plan)
		return 0;
	warnx("%.*s", (int)problem.used, buffer);
	return -1;
}

/* Allocates the arrays for the plan's files and cells, and sets the seed. */
static int
set_up_arrays(struct study *s)
{
	s->kernels = calloc(s->plan.lists[PLAN_KERNELS].count, sizeof(*s->kernels));
	s->images = calloc(s->plan.lists[PLAN_IMAGES].count, sizeof(*s->images));
	s->has_several_commands = calloc(s->cells.count, sizeof(*s->has_several_commands));
	s->directions = calloc(s->cells.count, sizeof(*s->directions));
	s->seed = s->plan.seed;
	if (s->kernels == NULL || s->images == NULL || s->has_several_commands == NULL ||
	    s->directions == NULL) {
		warn("cannot open %s", s->path);
		return -1;
	}
	if (s->plan.has_seed ||
	    getrandom(&s->seed, sizeof(s->seed), 0) == (ssize_t)sizeof(s->seed)) {
		s->seed &= PLAN_SEED_MAX;
		return 0;
	}
	warn("cannot get a random seed");
	return -1;
}

static int
make_queue(struct study *s)
{
	const struct queue_rules rules = {s->plan.boots,     s->plan.limit, s->plan.tries,
					  s->plan.precision, s->seed,	    s->plan.node_count};
	struct queue_what *what = calloc(s->cells.count, sizeof(*what));
	int result = -1;

	for (size_t i = 0; what != NULL && i < s->cells.count; i++) {
		const size_t *items = s->cells.at[i].items;
		what[i].kernel = items[PLAN_KERNELS];
		what[i].variant =
		    items[PLAN_IMAGES] * s->plan.lists[PLAN_ARGS].count + items[PLAN_ARGS];
		what[i].baseline = cells_baseline(&s->cells, &s->plan, i);
		what[i].is_again = s->cells.at[i].is_again;
	}
	if (what != NULL)
		result = queue_make(&s->queue, &rules, what, s->cells.count,
				    s->plan.lists[PLAN_KERNELS].count);
	free(what);
	if (result != 0)
		warn("cannot open %s", s->path);
	return result;
}

/* Opens the folder; for writing, creates it if missing, and locks it. */
static int
open_folder(struct study *s, bool to_write)
{
	char problem[JOURNAL_PROBLEM_MAX];

	if (to_write && mkdir(s->path, 0777) != 0 && errno != EEXIST) {
		warn("cannot create %s", s->path);
		return -1;
	}
	s->folder = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0) {
		warn("cannot open %s", s->path);
		return -1;
	}
	if (!to_write)
		return 0;
	if (study_check_folder(s->folder, s->path) != 0)
		return -1;
	if (journal_lock(&s->journal, s->folder, problem) == 0)
		return 0;
	warnx("%s: %s", s->path, problem);
	return -1;
}

/*
 * Reports a folder that is not a study. A common mistake is the folder of the plan, which holds the
 * study (bench new makes both).
 */
static void
report_no_study(const struct study *s, const char *missing)
{
	int error = errno;

	if (faccessat(s->folder, "study/files", F_OK, 0) == 0) {
		warnx("%s is not a study; did you mean %s/study?", s->path, s->path);
		return;
	}
	errno = error;
	warn("%s is not a study: cannot open %s/%s", s->path, s->path, missing);
}

/* Finds the highest number of a console. */
static int
read_console_numbers(struct study *s)
{
	int fd = openat(s->consoles, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	char name[64];

	if (entries == NULL) {
		warn("cannot read %s/consoles", s->path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(entries)) != NULL) {
		unsigned long long number = strtoull(entry->d_name, NULL, 10);
		study_console_name(number, name);
		if (number > STUDY_NUMBER_MAX / 2 || strcmp(name, entry->d_name) != 0)
			continue;
		s->last_console = number > s->last_console ? number : s->last_console;
	}
	closedir(entries);
	return 0;
}

static int
open_folders(struct study *s, bool to_write)
{
	static const char *const names[] = {"files", "consoles", "numbers"};
	int *const folders[] = {&s->files, &s->consoles, &s->numbers};

	if (open_folder(s, to_write) != 0)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (to_write && mkdirat(s->folder, names[i], 0777) != 0 && errno != EEXIST) {
			warn("cannot create %s/%s", s->path, names[i]);
			return -1;
		}
		*folders[i] = openat(s->folder, names[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (*folders[i] < 0 && (folders[i] != &s->numbers || errno != ENOENT)) {
			report_no_study(s, names[i]);
			return -1;
		}
	}
	return to_write ? read_console_numbers(s) : 0;
}

static void
start_study(struct study *s, const char *path)
{
	*s = (struct study){.path = path,
			    .folder = -1,
			    .files = -1,
			    .consoles = -1,
			    .numbers = -1,
			    .journal = {.lock = -1, .file = -1}};
}

int
study_open(struct study *s, const char *plan, const char *path)
{
	char problem[JOURNAL_PROBLEM_MAX];
	size_t length;
	int result = -1;

	start_study(s, path);
	char *text = io_read(AT_FDCWD, plan, PLAN_MAX, &length);
	if (text == NULL) {
		warn("cannot read plan %s", plan);
		return -1;
	}
	if (read_plan(s, plan, text, length) != 0 || set_up_arrays(s) != 0 ||
	    open_folders(s, true) != 0)
		goto out;
	/* First study.json, because it has the seed that was drawn. */
	if (study_begin(s, plan) != 0 || make_queue(s) != 0)
		goto out;
	study_line_many(true);
	int opened = journal_open(&s->journal, s->key, s->has_sums, count_line, s, problem);
	study_line_many(false);
	if (opened != 0) {
		warnx("%s: %s", path, problem);
		goto out;
	}
	extension_begin(s, UINT64_MAX);
	/*
	 * Do not reuse the numbers of consoles whose boots have no line because bench was killed
	 * before.
	 */
	if (s->last_console > s->last)
		s->last = s->last_console;
	new_file_remove_leftovers(s->folder);
	new_file_remove_leftovers(s->files);
	new_file_remove_leftovers(s->consoles);
	new_file_remove_leftovers(s->numbers);
	result = io_replace(s->folder, plan_name, text, length);
	if (result != 0)
		warn("cannot write %s/%s", path, plan_name);
out:
	free(text);
	return result;
}

int
study_open_readonly(struct study *s, const char *path)
{
	char name[PATH_MAX];
	size_t length;

	start_study(s, path);
	if (open_folders(s, false) != 0)
		return -1;
	snprintf(name, sizeof(name), "%s/%s", path, plan_name);
	char *text = io_read(s->folder, plan_name, PLAN_MAX, &length);
	if (text == NULL) {
		warn("%s is not a study: cannot read %s", path, name);
		return -1;
	}
	int result = read_plan(s, name, text, length);
	free(text);
	if (result != 0 || set_up_arrays(s) != 0 || read_start(s) != 0 || make_queue(s) != 0)
		return -1;
	result = study_read_journal(s, count_line, s);
	extension_begin(s, UINT64_MAX);
	return result;
}

/* Reads the plan and locks the folder. Returns 0, or -1 after a message. */
static int
open_to_extend(struct study *s, const char *plan)
{
	size_t length;
	char *text = io_read(AT_FDCWD, plan, PLAN_MAX, &length);

	if (text == NULL) {
		warn("cannot read plan %s", plan);
		return -1;
	}
	int result = read_plan(s, plan, text, length);
	free(text);
	return result == 0 && set_up_arrays(s) == 0 && open_folders(s, true) == 0 ? 0 : -1;
}

int
study_extend(const char *plan, const char *path)
{
	static struct study old, s;
	char copy[PATH_MAX], identity[2 * SHA256_SIZE + 1];
	int status = STATUS_NO_VERDICT;

	start_study(&s, path);
	if (study_open_readonly(&old, path) != 0)
		goto out;
	if (open_to_extend(&s, plan) != 0) {
		status = s.has_plan ? STATUS_NO_VERDICT : STATUS_WRONG_USAGE;
		goto out;
	}
	status = 0;
	if (memcmp(old.plan.identity, s.plan.identity, SHA256_SIZE) == 0)
		goto out;
	snprintf(copy, sizeof(copy), "%s", plan);
	format_hash(s.plan.identity, identity);
	int found = extension_find(&old, identity);
	status = found > 0 ? 0 : STATUS_WRONG_USAGE;
	/* What cannot be booted must not become part of the study. */
	if (found != 0 || extension_check(&old, &s) != 0 ||
	    keep_files(&s, &old, dirname(copy)) != 0 || study_machine_check(&s) != 0)
		goto out;
	struct object o = {json_object(), false};
	set_begun(&o, &s, EXTENSION_FORMAT);
	set_files(&o, &s);
	status = extension_write(&old, &s, &o) == 0 ? 0 : STATUS_NO_VERDICT;
out:
	study_close(&s);
	study_close(&old);
	return status;
}

int
study_read_journal(const struct study *s, journal_take *take, void *context)
{
	char problem[JOURNAL_PROBLEM_MAX];

	study_line_many(true);
	int result = journal_read(s->folder, s->key, s->has_sums, take, context, problem);
	study_line_many(false);
	if (result == 0)
		return 0;
	warnx("%s: %s", s->path, problem);
	return -1;
}

void
study_close(struct study *s)
{
	int folders[] = {s->folder, s->files, s->consoles, s->numbers};

	json_decref(s->begun);
	journal_close(&s->journal);
	queue_free(&s->queue);
	for (size_t i = 0; s->directions != NULL && i < s->cells.count; i++)
		json_decref(s->directions[i]);
	free(s->directions);
	cells_free(&s->cells);
	study_plan_free(&s->plan);
	free(s->kernels);
	free(s->images);
	free(s->has_several_commands);
	extension_free_all(s);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (folders[i] >= 0)
			close(folders[i]);
}
