/* SPDX-License-Identifier: MIT */
#include "bisect/bisection.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer/answer.h"
#include "base/die.h"
#include "base/io.h"
#include "host/memory.h"
#include "study/study_machine.h"
#include "study/study_run.h"
#include "words.h"

enum { PLAN_TEXT = 256 * 1024, TRIES = 2, SILENCE_S = 60, SILENCE_BOOTS = 10, NAME_DIGITS = 16 };

static void
write_setting(struct text *plan, const char *key, const char *value)
{
	if (value != NULL)
		text_field_string(plan, key, value);
}

static void
write_words(struct text *plan, const char *key, char *const *words)
{
	text_string(plan, key);
	for (; *words != NULL; words++) {
		text_char(plan, ' ');
		words_quote(plan, *words);
	}
	text_char(plan, '\n');
}

static void
write_args(const struct bisect_options *o, const char *args, struct text *plan)
{
	text_string(plan, "args a lull.warmup=1 lull.repeat=");
	text_number(plan, o->runs);
	for (int i = 0; i < 2; i++) {
		const char *words = i == 0 ? o->with : args;
		text_string(plan, words != NULL && words[0] != '\0' ? " " : "");
		text_string(plan, words != NULL ? words : "");
	}
	text_char(plan, '\n');
}

/* The image is packed once, for the first point. */
static void
write_plan(const struct bisection *b, const char *kernel, const char *args, bool repeats,
	   struct text *plan)
{
	const struct bisect_options *o = b->options;
	char *packed = xasprintf("%s/image", b->folder), number[32];
	const char *image = o->image != NULL ? o->image : access(packed, F_OK) == 0 ? packed : NULL;
	char pack[] = "-b", *pack_words[] = {pack, o->command[0], NULL};
	char *kernel_words[] = {(char *)kernel, NULL}, *image_words[] = {(char *)image, NULL};

	write_words(plan, "kernel k", kernel_words);
	if (image != NULL)
		write_words(plan, "image i", image_words);
	else
		write_words(plan, "pack i", pack_words);
	write_args(o, args, plan);
	write_words(plan, "run r", o->command);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)o->layouts);
	write_setting(plan, "exact", "yes");
	write_setting(plan, "layouts", number);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)o->layouts + repeats);
	write_setting(plan, "boots", number);
	snprintf(number, sizeof(number), "%d", TRIES);
	write_setting(plan, "tries", number);
	/* A kernel that hangs before it prints is given up long before bench's default of minutes.
	 */
	snprintf(number, sizeof(number), "%.0f", SILENCE_S + SILENCE_BOOTS * b->good_end.seconds);
	write_setting(plan, "silence", b->good_end.seconds > 0 ? number : NULL);
	write_setting(plan, "measure", o->measure);
	write_setting(plan, "memory", o->memory);
	write_setting(plan, "qemu", o->qemu);
	write_setting(plan, "timeout", o->timeout);
	free(packed);
}

/* The name of a point's folder: a hash of kernel and arguments, to be freed; NULL after a message.
 */
static char *
folder_of(const struct bisection *b, const char *kernel, const char *args)
{
	struct file_hash hash;
	struct sha256 sum;
	unsigned char digest[SHA256_SIZE];
	char name[2 * SHA256_SIZE];
	struct text text = text_in(name, sizeof(name));

	if (file_hash_read(&hash, kernel) != 0) {
		warn("cannot read %s", kernel);
		return NULL;
	}
	sha256_start(&sum);
	sha256_add(&sum, hash.digits, strlen(hash.digits));
	sha256_add(&sum, args, strlen(args));
	sha256_finish(&sum, digest);
	for (size_t i = 0; i < NAME_DIGITS / 2; i++)
		text_hex(&text, digest[i], 2);
	return xasprintf("%s/points/%.*s", b->folder, (int)text.used, name);
}

/* Creates the folder with its plan, unless it exists. Returns 0, or -1 after a message. */
static int
create_folder(const struct bisection *b, const char *folder, const char *kernel, const char *args,
	      bool repeats)
{
	char *name = xasprintf("%s/plan", folder), *buffer = xcalloc(PLAN_TEXT, 1);
	struct text plan = text_in(buffer, PLAN_TEXT);
	int result = 0;

	write_plan(b, kernel, args, repeats, &plan);
	if (plan.full) {
		warnx("the command or the arguments are longer than %d bytes", PLAN_TEXT);
		result = -1;
	} else if ((mkdir(folder, 0777) != 0 && errno != EEXIST) ||
		   (io_create(AT_FDCWD, name, plan.data, plan.used) != 0 && errno != EEXIST)) {
		warn("cannot create %s", name);
		result = -1;
	}
	free(buffer);
	free(name);
	return result;
}

/* Keeps a link to the image that the study packed. */
static void
link_image(const struct bisection *b, const struct study *s)
{
	char path[PATH_MAX], *name = xasprintf("%s/image", b->folder);

	study_file_path(s, &s->images[0].file, path);
	char *target = realpath(path, NULL);
	if (b->options->image == NULL && target != NULL && symlink(target, name) != 0 &&
	    errno != EEXIST)
		warn("cannot create %s", name);
	free(target);
	free(name);
}

/* Makes the boots that are left. Returns 0, or -1 after a message; ends bench after a signal. */
static int
run_study(struct study *s)
{
	struct study_rules rules = {.jobs = 1};
	struct kvm kvm;

	if (queue_left(&s->queue) == 0)
		return 0;
	if (study_run_check(s, &rules) != 0 || study_machine_check(s) != 0 ||
	    study_machine_choose(s, &rules.accel, &kvm) != 0)
		return -1;
	int result = study_run(s, &rules);
	if (result <= 0)
		return result;
	warnx("not finished; run the same command again to continue");
	die_of(result);
	return -1;
}

/* Copies why a boot failed. The last line of the journal wins. */
static int
take_problem(void *context, const char *text, size_t length, bool is_synced, const char **why)
{
	char **problem = context;
	struct study_line line;
	(void)is_synced;
	(void)why;

	if (study_line_read(&line, text, length) != 0)
		return 0;
	if (line.outcome != OUTCOME_OK) {
		free(*problem);
		*problem = xasprintf("%s%s%s", outcome_name(line.outcome),
				     line.reason[0] != '\0' ? ": " : "", line.reason);
	}
	study_line_free(&line);
	return 0;
}

/* Returns 0, or -1 after a message. */
static int
read_values(struct study *s, struct bisect_entry *entry)
{
	const struct answer_options options = {.margin = ANSWER_MARGIN};
	struct answer answer;
	int result = answer_make(&answer, s, &options);

	if (result == 0)
		figures_copy(&entry->figures, &answer);
	entry->seconds = s->queue.cells[0].seconds / (double)s->queue.cells[0].boots;
	answer_free(&answer);
	return result;
}

/* The problem of a point without values, to be freed. */
static char *
no_values(const struct bisect_options *o)
{
	return xasprintf("no boot reports %s, or its boots do not repeat",
			 o->measure != NULL ? o->measure : "numbers");
}

int
bisect_study_measure(const struct bisection *b, const char *kernel, const char *args, bool repeats,
		     struct bisect_entry *entry, char **folder)
{
	struct study *s = xcalloc(1, sizeof(*s));
	char *path = folder_of(b, kernel, args), *plan = NULL;
	int result = -1;

	*entry = (struct bisect_entry){.problem = NULL};
	*folder = NULL;
	if (path == NULL || create_folder(b, path, kernel, args, repeats) != 0)
		goto out;
	plan = xasprintf("%s/plan", path);
	*folder = xasprintf("%s/study", path);
	if (study_open(s, plan, *folder) != 0)
		goto close;
	link_image(b, s);
	result = run_study(s);
	if (result == 0 && s->queue.cells[0].state == CELL_DONE)
		result = read_values(s, entry);
	else if (result == 0)
		result = study_read_journal(s, take_problem, &entry->problem);
	if (result == 0 && entry->problem == NULL && entry->figures.count == 0)
		entry->problem = no_values(b->options);
close:
	study_close(s);
out:
	free(plan);
	free(path);
	free(s);
	return result;
}
