/* SPDX-License-Identifier: MIT */
/* Reads a console's bytes: records, and what the kernel printed. */
#ifndef BENCH_CONSOLE_H
#define BENCH_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/kernel_text.h"
#include "console/wire_log.h"

enum { EXCERPT_LINE_MAX = 256, EXCERPT_LAST = 8, EXCERPT_TROUBLE = 7, EXCERPT_BROKEN = 4 };

struct excerpt_line {
	uint64_t number; /* counts the console's lines that are not blank, from 1; 0: no line */
	enum trouble trouble;
	size_t length;
	char bytes[EXCERPT_LINE_MAX];
};

struct excerpt {
	uint64_t lines;				  /* read so far */
	struct excerpt_line last[EXCERPT_LAST];	  /* index: number % EXCERPT_LAST */
	struct excerpt_line version;		  /* the first line of a kernel */
	struct excerpt_line before[EXCERPT_LAST]; /* `last` when another kernel started */
	bool restarted;
	bool expects_where; /* a line of trouble came, and its place in the code has not come yet */
	size_t trouble_count;
	struct excerpt_line trouble[EXCERPT_TROUBLE]; /* in order; the least severe is replaced by a
							 more severe one */
	size_t broken_count;
	struct excerpt_line broken[EXCERPT_BROKEN]; /* the first broken records */
	struct excerpt_line panic;		    /* the first panic */
};

/* The first line that reports this trouble or a worse one, or NULL. */
const struct excerpt_line *excerpt_trouble(const struct excerpt *w, enum trouble least);

enum { CONSOLE_PANIC_MAX = 256, CONSOLE_RELEASE_MAX = 64 };

/* How far the boot has come, by its last record or kernel message. */
enum console_stage {
	STAGE_SILENT, /* no output from a kernel */
	STAGE_KERNEL, /* output from the kernel */
	STAGE_INIT,   /* a hello record */
	STAGE_RUN,    /* a start record, and nothing after it */
	STAGE_RESULTS,
	STAGE_END,
};

struct console {
	struct wire_log *wire; /* owned */
	bool has_session;
	uint64_t session;
	enum console_stage stage;
	uint64_t runs;	     /* started so far */
	uint64_t timeout_s;  /* of the last run; 0: not reported */
	uint64_t wait_s;     /* the total that init has announced it may wait silently */
	bool has_own_system; /* the machine's own system ran before, and prints that it restarts */
	bool stamps; /* the kernel prefixes its lines with the time, so lines without it are not the
			kernel's */
	/*
	 * How many kernels started after init had: by kexec, or because the machine restarted by
	 * itself.
	 */
	uint64_t other_kernels;
	bool panicked_in_other; /* the first panic is of such a kernel */
	size_t other_length;
	char other[CONSOLE_RELEASE_MAX]; /* release of the first of them, unescaped, without NUL */
	bool restarts; /* the kernel printed that it restarts the machine, as it was asked to */
	bool panicked;
	bool panicked_before_end;
	size_t panic_length;
	char panic[CONSOLE_PANIC_MAX]; /* line of the first panic, unescaped, without NUL */
	struct excerpt excerpt;	       /* of one boot; later boots of the machine are not in it */
};

/*
 * `session`: the expected session, or NULL. The console must not move in memory. Returns 0, or -1
 * with errno ENOMEM; to be closed by console_close().
 */
int console_open(struct console *c, const uint64_t *session);
void console_close(struct console *c);

/*
 * Drops all that was read. Also drops kernel messages until a kernel prints that it restarts, if
 * that is before the first record: they are of the machine's own system. Returns 0, or -1 with
 * errno ENOMEM and nothing changed.
 */
int console_begin_anew(struct console *c);

/* Reads more bytes; `bytes` NULL: end of input. Returns 0, or -1 with errno ENOMEM. */
int console_feed(struct console *c, const void *bytes, size_t length);

#endif
