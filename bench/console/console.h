/* SPDX-License-Identifier: MIT */
/* What the bytes of a console tell: records, and what the kernel said. */
#ifndef BENCH_CONSOLE_H
#define BENCH_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/kernel_text.h"
#include "console/wire_log.h"

enum { EXCERPT_LINE_MAX = 256, EXCERPT_LAST = 8, EXCERPT_TROUBLE = 7, EXCERPT_BROKEN = 4 };

struct excerpt_line {
	uint64_t number; /* of the console's lines that hold more than blanks, from 1; 0: there is
			    none */
	enum trouble trouble;
	size_t length;
	char bytes[EXCERPT_LINE_MAX];
};

struct excerpt {
	uint64_t lines;				/* that have come */
	struct excerpt_line last[EXCERPT_LAST]; /* by number, modulo */
	struct excerpt_line version;		/* the first of a kernel */
	struct excerpt_line
	    before[EXCERPT_LAST]; /* what `last` was when a kernel began once more */
	bool restarted;
	bool expects_where; /* a line of trouble came, and not yet where it was */
	size_t trouble_count;
	struct excerpt_line
	    trouble[EXCERPT_TROUBLE]; /* in their order; the mildest make room for worse */
	size_t broken_count;
	struct excerpt_line broken[EXCERPT_BROKEN]; /* the first ones */
	struct excerpt_line panic;		    /* the first one */
};

/* The first line that reports this trouble or a worse one, or NULL. */
const struct excerpt_line *excerpt_trouble(const struct excerpt *w, enum trouble least);

enum { CONSOLE_PANIC_MAX = 256, CONSOLE_RELEASE_MAX = 64 };

/* How far the machine has come, by its last word. */
enum console_stage {
	STAGE_SILENT, /* nothing from a kernel */
	STAGE_KERNEL, /* the kernel spoke */
	STAGE_INIT,   /* hello */
	STAGE_RUN,    /* start, and nothing after it */
	STAGE_RESULTS,
	STAGE_END,
};

struct console {
	struct wire_log *wire; /* owned */
	bool has_session;
	uint64_t session;
	enum console_stage stage;
	uint64_t runs;	     /* that have started */
	uint64_t timeout_s;  /* of the last of them, 0: none was told */
	uint64_t wait_s;     /* that init has said it may wait in silence, in all */
	bool has_own_system; /* which was there before, and says that it restarts */
	bool kernel_spoke;
	bool stamps; /* it puts the time before its lines, so others are not its own */
	/*
	 * Another kernel began to speak after init had: kexec, or a machine that starts anew by
	 * itself.
	 */
	uint64_t other_kernels;
	bool panicked_in_other; /* the first panic is of such a kernel */
	size_t other_length;
	char other[CONSOLE_RELEASE_MAX]; /* the first one's release, as it came and without NUL */
	bool restarts; /* the kernel says that it restarts the machine, as it was asked to */
	bool panicked;
	bool panicked_before_end;
	size_t panic_length;
	char panic[CONSOLE_PANIC_MAX]; /* the first panic's line, as it came and without NUL */
	struct excerpt excerpt;	       /* of one boot, not of one that the machine began anew */
};

/*
 * `session`: the one to expect, or NULL. The console must not move in memory. Returns 0, or -1 with
 * errno ENOMEM; to be closed by console_close().
 */
int console_open(struct console *c, const uint64_t *session);
void console_close(struct console *c);

/*
 * Forgets all that came. What a kernel still says is forgotten too when it says that it restarts,
 * up to the first record: it is the machine's own system. Returns 0, or -1 with errno ENOMEM, and
 * all is as it was.
 */
int console_begin_anew(struct console *c);

/* Reads more bytes; `bytes` NULL: no more come. Returns 0, or -1 with errno ENOMEM. */
int console_feed(struct console *c, const void *bytes, size_t length);

#endif
