/* SPDX-License-Identifier: MIT */
#include "boot/kernel_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot/layout.h"

/*
 * The words of a kernel command line, as the kernel parses them (lib/cmdline.c next_arg(),
 * lib/parse_args parameq()): blanks separate, double quotes keep a word together, and in names `-`
 * and `_` are the same.
 */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Parses the next word and moves *at past it. Returns false at the end. */
static bool
kernel_args_next(const char **at, struct kernel_arg *arg)
{
	bool quoted = false;
	const char *end;

	while (is_blank(**at))
		(*at)++;
	for (end = *at; *end != '\0' && (quoted || !is_blank(*end)); end++)
		quoted ^= *end == '"';
	*arg = (struct kernel_arg){*at, (size_t)(end - *at)};
	*at = end;
	if (arg->length >= 2 && arg->text[0] == '"' && end[-1] == '"')
		*arg = (struct kernel_arg){arg->text + 1, arg->length - 2};
	return arg->length > 0 || *end != '\0';
}

/* Whether the word has this name, of `length` bytes. */
static bool
kernel_arg_has_name(const struct kernel_arg *arg, const char *name, size_t length)
{
	if (arg->length < length || (arg->length > length && arg->text[length] != '='))
		return false;
	for (size_t i = 0; i < length; i++)
		if (arg->text[i] != name[i] &&
		    !(strchr("-_", arg->text[i]) != NULL && strchr("-_", name[i]) != NULL))
			return false;
	return true;
}

bool
kernel_args_find(const char *args, const char *name, struct kernel_arg *arg)
{
	struct kernel_arg next;
	bool found = false;

	while (args != NULL && kernel_args_next(&args, &next)) {
		if (!kernel_arg_has_name(&next, name, strlen(name)))
			continue;
		*arg = next;
		found = true;
	}
	return found;
}

const char *
kernel_arg_value(const struct kernel_arg *arg, size_t *length)
{
	const char *equals = memchr(arg->text, '=', arg->length);
	const char *value = equals != NULL ? equals + 1 : arg->text + arg->length;

	*length = (size_t)(arg->text + arg->length - value);
	if (*length >= 2 && value[0] == '"' && value[*length - 1] == '"') {
		*length -= 2;
		return value + 1;
	}
	return value;
}

enum {
	LOADER_MAX = 128, /* what a boot loader prepends: BOOT_IMAGE= and a path */
	FIXED_MAX = 128,  /* bytes of the words on every line */
	WORDS_MAX = 256,  /* bytes of the words for init without the command */
	GROWTH_MAX = 12,  /* per byte of the command: four times when quoted, three times when
			     percent-encoded */
};

static const char console_name[] = "console";
static const char serial[] = "ttyS0";

/*
 * Every word that bench gives to some machine; -a may replace each by naming it, or drop it
 * (append_defaults()).
 */
static const char *const defaults[] = {"console",	 "panic",   "rdinit",	  "reboot",
				       "no_timer_check", "nokaslr", "norandmaps", "lull.finish"};

static bool
has_separator(const char *args)
{
	for (const char *at = args; (at = strstr(at, "--")) != NULL; at++)
		if ((at == args || strchr(" \t\n", at[-1]) != NULL) &&
		    (at[2] == '\0' || strchr(" \t\n", at[2]) != NULL))
			return true;
	return false;
}

/* Whether the word is -NAME, which drops a word of bench; `--NAME` is for the kernel or init. */
static bool
is_drop(const struct kernel_arg *arg)
{
	return arg->length > 1 && arg->text[0] == '-' && arg->text[1] != '-';
}

static struct kernel_arg
dropped_by(const struct kernel_arg *arg)
{
	return (struct kernel_arg){arg->text + 1, arg->length - 1};
}

/* Refuses words that drop something that bench gives to no machine. */
static int
check_drops(const char *args, struct text *problem)
{
	struct kernel_arg arg;

	while (kernel_args_next(&args, &arg)) {
		const struct kernel_arg dropped = dropped_by(&arg);
		size_t i = 0, count = sizeof(defaults) / sizeof(*defaults);

		if (!is_drop(&arg))
			continue;
		while (i < count &&
		       !kernel_arg_has_name(&dropped, defaults[i], strlen(defaults[i])))
			i++;
		if (i < count && memchr(dropped.text, '=', dropped.length) == NULL)
			continue;
		text_bytes(problem, arg.text, arg.length);
		text_string(problem, ": only these can be dropped:");
		for (i = 0; i < count; i++) {
			text_string(problem, i == 0 ? " " : i + 1 < count ? ", " : " or ");
			text_string(problem, defaults[i]);
		}
		return -1;
	}
	return 0;
}

static bool
is_serial(const struct kernel_arg *arg)
{
	size_t length;
	const char *value = kernel_arg_value(arg, &length);

	return length >= strlen(serial) && memcmp(value, serial, strlen(serial)) == 0 &&
	       (length == strlen(serial) || value[strlen(serial)] == ',');
}

/*
 * Whether `args` names the first serial line as a console; *last: whether it is the last console
 * named.
 */
static bool
names_serial(const char *args, bool *last)
{
	struct kernel_arg arg;
	bool found = false;

	*last = false;
	while (args != NULL && kernel_args_next(&args, &arg))
		if (kernel_arg_has_name(&arg, console_name, strlen(console_name))) {
			*last = is_serial(&arg);
			found |= *last;
		}
	return found;
}

const char *
kernel_line_console_problem(const char *args, bool is_laboratory)
{
	struct kernel_arg last;
	size_t length = 0;
	bool is_last;

	/* init writes to the last console named (Documentation/admin-guide/serial-console.rst). */
	if (!is_laboratory)
		return names_serial(args, &is_last) && !is_last
			   ? "init writes to the last console named: put console=ttyS0 last"
			   : NULL;
	if (!kernel_args_find(args, console_name, &last))
		return NULL;
	const char *value = kernel_arg_value(&last, &length);
	bool is_screen =
	    length > 3 && memcmp(value, "tty", 3) == 0 && value[3] >= '0' && value[3] <= '9';
	if (length == 0 || is_screen)
		return "init writes to the last console named: put that of the serial line last";
	return NULL;
}

int
kernel_line_check(const char *args, struct experiment *e, struct text *problem)
{
	size_t quotes = 0;

	for (const char *at = args; *at != '\0'; at++)
		quotes += *at == '"';
	if (quotes % 2 != 0) {
		text_string(problem, "a double quote is not closed");
		return -1;
	}
	if (has_separator(args)) {
		text_string(problem, "cannot hold a command: remove -- and the words after it");
		return -1;
	}
	if (check_drops(args, problem) != 0)
		return -1;
	return experiment_read_line(e, LAYER_COMMAND_LINE, args, strlen(args), problem);
}

/* Whether the user's arguments name or drop this word of bench. */
static bool
is_replaced(const char *args, const char *word)
{
	size_t name = strcspn(word, "=");
	struct kernel_arg arg;

	while (args != NULL && kernel_args_next(&args, &arg)) {
		const struct kernel_arg dropped = dropped_by(&arg);
		if (kernel_arg_has_name(is_drop(&arg) ? &dropped : &arg, word, name))
			return true;
	}
	return false;
}

static void
append_word(struct text *t, const char *word)
{
	if (t->used > 0)
		text_char(t, ' ');
	text_string(t, word);
}

/*
 * Appends those of the words, terminated by NULL, that the user's arguments neither name nor drop.
 */
static void
append_defaults(struct text *t, const char *args, const char *const words[])
{
	for (; *words != NULL; words++)
		if (!is_replaced(args, *words))
			append_word(t, *words);
}

static void
append_fixed(struct text *t, const struct kernel_line_request *request)
{
	static const char *const qemu[] = {"console=ttyS0", "panic=-1", "rdinit=/init", NULL};
	/*
	 * Without ACPI and a keyboard controller nothing else restarts it; the kernel tries for
	 * seconds.
	 */
	static const char *const microvm[] = {"reboot=t", NULL};
	/*
	 * On a busy host a kernel under TCG may see no tick for a while, take QEMU's timer for
	 * broken and panic. Kernels under KVM skip that check; in exact mode it does not fail.
	 */
	static const char *const not_exact[] = {"no_timer_check", NULL};
	static const char *const exact[] = {"nokaslr", "norandmaps", NULL};
	/*
	 * A machine that does not restart after a panic will not boot again: bench ends it and cuts
	 * its power.
	 */
	static const char *const laboratory[] = {"panic=0", "rdinit=/init", NULL};
	static const char *const returns[] = {"panic=10", "rdinit=/init", "lull.finish=reboot",
					      NULL};
	char console[32];
	struct text line = text_in(console, sizeof(console) - 1);

	if (request->speed == 0) {
		append_defaults(t, request->args, qemu);
		if (request->board == BOARD_MICROVM)
			append_defaults(t, request->args, microvm);
		append_defaults(t, request->args, request->exact ? exact : not_exact);
		return;
	}
	text_string(&line, "console=ttyS0,");
	text_number(&line, request->speed);
	console[line.used] = '\0';
	append_defaults(t, request->args, (const char *const[]){console, NULL});
	append_defaults(t, request->args, request->returns ? returns : laboratory);
}

static void
append_padding(struct text *t, unsigned layout)
{
	if (layout == 0)
		return;
	append_word(t, LAYOUT_WORD);
	for (unsigned i = 0; i < layout * LAYOUT_LINE_STEP; i++)
		text_char(t, 'x');
}

/* Adds the user's words, without those that drop one of bench's. */
static void
append_args(struct text *t, const struct kernel_line_request *request)
{
	const char *args = request->args;
	bool is_last;
	struct kernel_arg arg;

	for (const char *at = args; at != NULL && *at != '\0';) {
		const char *start = at + strspn(at, " \t\n");
		if (!kernel_args_next(&at, &arg) || is_drop(&arg))
			continue;
		if (t->used > 0)
			text_char(t, ' ');
		text_bytes(t, start, (size_t)(at - start));
	}
	/* QEMU's line stays the console that init writes to, next to others. */
	if (request->speed == 0 && kernel_args_find(args, console_name, &arg) &&
	    !names_serial(args, &is_last))
		append_word(t, "console=ttyS0");
}

static void
append_init_words(struct text *t, const struct kernel_line_request *request)
{
	text_string(t, " lull.session=");
	text_hex(t, request->session, 16);
	if (request->timeout_s > 0) {
		text_string(t, " lull.timeout=");
		text_number(t, request->timeout_s);
	}
	if (request->exact)
		text_string(t, " lull.exact=1");
	if (request->experiment != NULL)
		experiment_write(t, "experiment", request->experiment);
	if (request->run != NULL)
		experiment_write_run(t, request->run);
}

int
kernel_line_make(struct kernel_line *k, const struct kernel_line_request *request)
{
	size_t args_length = request->args != NULL ? strlen(request->args) : 0;
	size_t size = args_length + FIXED_MAX + WORDS_MAX + sizeof(LAYOUT_WORD) +
		      (size_t)request->layout * LAYOUT_LINE_STEP;
	size_t most = KERNEL_LINE_MAX - (request->returns ? LOADER_MAX : 0);

	*k = (struct kernel_line){0};
	for (size_t i = 0; request->run != NULL && request->run[i] != NULL; i++)
		size += (strlen(request->run[i]) + 2) * GROWTH_MAX;
	char *data = malloc(size);
	if (data == NULL)
		return -1;
	struct text t = text_in(data, size - 1);
	append_fixed(&t, request);
	append_padding(&t, request->layout);
	append_args(&t, request);
	size_t words = t.used;
	append_init_words(&t, request);
	k->line = data;
	if (t.full)
		errno = ENOMEM;
	else if (words > most)
		errno = E2BIG;
	if (t.full || words > most)
		goto fail;
	data[t.used] = '\0';
	if (t.used <= most && !request->in_file)
		return 0;
	k->file_length = t.used - words;
	k->file = malloc(k->file_length + 1);
	if (k->file == NULL)
		goto fail;
	/*
	 * Without the leading blank, and with a newline for people who read the file in the guest.
	 */
	memcpy(k->file, data + words + 1, k->file_length - 1);
	k->file[k->file_length - 1] = '\n';
	k->file[k->file_length] = '\0';
	data[words] = '\0';
	return 0;
fail:
	kernel_line_free(k);
	return -1;
}

void
kernel_line_free(struct kernel_line *k)
{
	int saved = errno;

	free(k->line);
	free(k->file);
	*k = (struct kernel_line){0};
	errno = saved;
}
