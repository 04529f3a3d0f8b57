/* SPDX-License-Identifier: MIT */
#include "boot/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "wire.h"

/* The live console without the records. */

static const char sentinel[] = WIRE_SENTINEL;

size_t
relay_filter(struct relay *r, const char *in, size_t length, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (r->in_record) {
			r->in_record = in[i] != '\n';
			continue;
		}
		if (in[i] == sentinel[r->matched]) {
			r->matched++;
			r->in_record = sentinel[r->matched] == '\0';
			if (r->in_record)
				r->matched = 0;
			continue;
		}
		/*
		 * The sentinel's first character occurs in it only once, so none of the other held
		 * bytes can begin one.
		 */
		memcpy(out + used, sentinel, r->matched);
		used += r->matched;
		r->matched = in[i] == sentinel[0];
		if (r->matched == 0)
			out[used++] = in[i];
	}
	return used;
}

enum { ESCAPE_KEY = 0x1d, SHOW_PIECE = 4096, SHOW_HELD = 8 };

struct terminal
terminal_for_progress(const char *label)
{
	return (struct terminal){.progress = isatty(STDERR_FILENO) == 1, .label = label};
}

int
terminal_open(struct terminal *t)
{
	struct termios raw;

	*t = (struct terminal){.label = ""};
	if (tcgetattr(STDIN_FILENO, &t->before) != 0)
		return -1;
	fputs("bench: the machine's console; Ctrl-] ends the machine\n", stderr);
	raw = t->before;
	cfmakeraw(&raw);
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0)
		return -1;
	t->interactive = true;
	return 0;
}

void
terminal_restore(struct terminal *t)
{
	if (!t->interactive)
		return;
	t->interactive = false;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->before);
	fputc('\n', stderr);
}

bool
terminal_is_interactive(const struct terminal *t)
{
	return t->interactive;
}

/* Another process may have made the terminal's descriptors nonblocking. */
static void
write_all(const char *at, size_t length)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, at, length);
		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){STDOUT_FILENO, POLLOUT, 0}, 1, -1);
		else if (n < 0 && errno != EINTR)
			return;
		at += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
}

void
terminal_show(struct terminal *t, const char *bytes, size_t length)
{
	char out[SHOW_PIECE + SHOW_HELD];

	while (t->interactive && length > 0) {
		size_t piece = length < SHOW_PIECE ? length : SHOW_PIECE;

		write_all(out, relay_filter(&t->relay, bytes, piece, out));
		bytes += piece;
		length -= piece;
	}
}

ssize_t
terminal_read(struct terminal *t, char *bytes, size_t size)
{
	ssize_t n = read(STDIN_FILENO, bytes, size);

	(void)t;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0 || memchr(bytes, ESCAPE_KEY, (size_t)n) != NULL)
		return -1;
	return n;
}

void
terminal_progress(struct terminal *t, enum console_stage stage, double seconds)
{
	static const char *const stages[] = {
	    [STAGE_SILENT] = "starting", [STAGE_KERNEL] = "kernel",	 [STAGE_INIT] = "init",
	    [STAGE_RUN] = "running",	 [STAGE_RESULTS] = "collecting", [STAGE_END] = "ending",
	};

	if (!t->progress)
		return;
	fprintf(stderr, "\r\033[K%s%s %.0f s", t->label, stages[stage], seconds);
	fflush(stderr);
	t->shown = true;
}

void
terminal_clear(struct terminal *t)
{
	if (!t->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	t->shown = false;
}
