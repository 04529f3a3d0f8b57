/* SPDX-License-Identifier: MIT */
#include "kernel_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOADER_MAX = 128, /* what a boot loader puts in front: BOOT_IMAGE= and a path */
	FIXED_MAX = 128,  /* bytes of what stands on each line */
	WORDS_MAX = 256,  /* bytes of the words for init without the command */
	GROWTH_MAX = 12,  /* a byte of the command: four times when quoted, three times when percent-encoded */
};

static const char fixed[] = "console=ttyS0 panic=-1 rdinit=/init";
/* What is not restarted at a panic does not boot once more: bench gives it up and cuts its power. */
static const char fixed_laboratory[] = "panic=0 rdinit=/init";
static const char fixed_returns[] = "panic=10 rdinit=/init lull.finish=reboot";
/* Without ACPI and a keyboard's controller nothing else restarts it, after seconds of trying. */
static const char fixed_microvm[] = " reboot=t";
/*
 * On a busy host a kernel under TCG sees no tick for a while, takes QEMU's timer for broken and panics. Under KVM
 * kernels leave that check off by themselves; in exact mode it does not fail.
 */
static const char fixed_not_exact[] = " no_timer_check";
static const char fixed_exact[] = " nokaslr norandmaps";

static bool
has_separator(const char *args)
{
	for (const char *at = args; (at = strstr(at, "--")) != NULL; at++)
		if ((at == args || strchr(" \t\n", at[-1]) != NULL) &&
		    (at[2] == '\0' || strchr(" \t\n", at[2]) != NULL))
			return true;
	return false;
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
		text_string(problem,
			    "a command does not go among the kernel's arguments: leave off -- and what is behind it");
		return -1;
	}
	return experiment_read_line(e, LAYER_COMMAND_LINE, args, strlen(args), problem);
}

/* Whether the arguments name a console; the kernel keeps the speed that it has been told first. */
static bool
has_console(const char *args)
{
	for (const char *at = args; at != NULL && (at = strstr(at, "console=")) != NULL; at++)
		if (at == args || strchr(" \t\n", at[-1]) != NULL)
			return true;
	return false;
}

static void
add_fixed(struct text *t, const struct kernel_line_request *request)
{
	if (request->speed == 0) {
		text_string(t, fixed);
		if (request->board == BOARD_MICROVM)
			text_string(t, fixed_microvm);
		text_string(t, request->exact ? fixed_exact : fixed_not_exact);
		return;
	}
	if (!has_console(request->args)) {
		text_string(t, "console=ttyS0,");
		text_number(t, request->speed);
		text_char(t, ' ');
	}
	text_string(t, request->returns ? fixed_returns : fixed_laboratory);
}

static void
add_words(struct text *t, const struct kernel_line_request *request)
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
	size_t size = args_length + FIXED_MAX + WORDS_MAX;
	size_t most = KERNEL_LINE_MAX - (request->returns ? LOADER_MAX : 0);

	*k = (struct kernel_line){0};
	for (size_t i = 0; request->run != NULL && request->run[i] != NULL; i++)
		size += (strlen(request->run[i]) + 2) * GROWTH_MAX;
	char *data = malloc(size);
	if (data == NULL)
		return -1;
	struct text t = text_in(data, size - 1);
	add_fixed(&t, request);
	if (args_length > 0) {
		text_char(&t, ' ');
		text_bytes(&t, request->args, args_length);
	}
	size_t words = t.used;
	add_words(&t, request);
	k->line = data;
	if (t.full)
		errno = ENOMEM;
	else if (words > most)
		errno = E2BIG;
	if (t.full || words > most)
		goto fail;
	data[t.used] = '\0';
	if (t.used <= most)
		return 0;
	k->file_length = t.used - words;
	k->file = malloc(k->file_length + 1);
	if (k->file == NULL)
		goto fail;
	/* Without the blank in front, and with a newline for whoever looks at it in the guest. */
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
