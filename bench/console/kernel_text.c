/* SPDX-License-Identifier: MIT */
#include "console/kernel_text.h"

#include <string.h>

static const char *skip_stamp(const char *line, size_t *length);

/*
 * Trouble after which a kernel continues: taint flags
 * (Documentation/admin-guide/tainted-kernels.rst) and messages.
 */

enum {
	TAINT_MACHINE_CHECK = 4,
	TAINT_BAD_PAGE = 5,
	TAINT_DIE = 7,
	TAINT_WARN = 9,
	TAINT_SOFTLOCKUP = 14
};

/*
 * The messages of kernels of several architectures and versions, with their source files in Linux.
 * They are at the start of a line or (`anywhere`) after a name or a subsystem. The first match
 * counts. Programs can choose the 15 bytes of their name, with which many messages begin: "x[7]:
 * segfault at", "traps: x[7] general protection". Not listed: messages that follow a listed one,
 * such as those of list_debug.c; messages that a load may provoke, such as "page allocation
 * failure" (mm/page_alloc.c) and the OOM killer's; and "hogged CPU for" (kernel/workqueue.c), which
 * is advice.
 */
static const struct {
	const char *text;
	enum trouble trouble;
	bool anywhere;
} messages[] = {
    {"BUG: sleeping function called", TROUBLE_WARNING, false}, /* kernel/sched/core.c */
    {"BUG: scheduling while atomic", TROUBLE_WARNING, false},  /* the same file */
    {"BUG: KCSAN: ", TROUBLE_WARNING, false},		       /* kernel/kcsan/report.c */
    {"BUG: workqueue lockup", TROUBLE_LOCKUP, false},	       /* kernel/workqueue.c */
    {"watchdog: BUG: soft lockup", TROUBLE_LOCKUP, false},     /* kernel/watchdog.c */
    {"BUG: soft lockup", TROUBLE_LOCKUP, false},	       /* the same file, before 4.14 */
    {"atchdog detected hard LOCKUP", TROUBLE_LOCKUP,
     true}, /* kernel/watchdog_perf.c, watchdog_buddy.c, "CPU7: W" */
    {"INFO: task ", TROUBLE_LOCKUP, false}, /* kernel/hung_task.c: "blocked for more than" */
    {"rcu: INFO: ", TROUBLE_LOCKUP, false}, /* kernel/rcu/tree_stall.h, tree_exp.h */
    {"INFO: rcu_", TROUBLE_LOCKUP, false},  /* kernel/rcu/tasks.h, and all RCU stalls before 4.20 */
    {"INFO: trying to register non-static key", TROUBLE_WARNING,
     false},				 /* kernel/locking/lockdep.c */
    {"UBSAN: ", TROUBLE_WARNING, false}, /* lib/ubsan.c */
    {"WARNING: ", TROUBLE_WARNING,
     false}, /* kernel/panic.c, kernel/locking/lockdep.c, kernel/rcu/ */
    {"BUG: ", TROUBLE_OOPS,
     false}, /* arch/x86/mm/fault.c, mm/memory.c, mm/kasan/report.c, mm/kfence/report.c */
    {"kernel BUG at ", TROUBLE_OOPS, false}, /* lib/bug.c */
    {"Oops: ", TROUBLE_OOPS, false},	     /* arch/x86/mm/fault.c, arch/powerpc/kernel/traps.c */
    {"Oops - ", TROUBLE_OOPS, false},	     /* arch/riscv/kernel/traps.c */
    {"Oops [#", TROUBLE_OOPS, false},	     /* arch/riscv/mm/fault.c */
    {"Oops[#", TROUBLE_OOPS, false},	     /* arch/mips/kernel/traps.c */
    {"general protection fault", TROUBLE_OOPS, false}, /* arch/x86/kernel/traps.c */
    {"Unable to handle kernel ", TROUBLE_OOPS,
     false},				       /* arch/arm64/mm/fault.c, arch/riscv/mm/fault.c */
    {"Internal error: ", TROUBLE_OOPS, false}, /* arch/arm64/kernel/traps.c */
    {": 0000 [#1] ", TROUBLE_OOPS,
     true}, /* arch/x86/kernel/dumpstack.c: after any name, such as "invalid opcode" */
    {"[Hardware Error]: ", TROUBLE_WARNING,
     true}, /* arch/x86/kernel/cpu/mce/, drivers/acpi/apei/: also corrected ones */
};

/*
 * Prefixes of the place of a fault: x86, arm64, RISC-V. In user space the segment numbers differ.
 */
static const char *const places[] = {"RIP: 0010:", "EIP: ", "] pc : ", "] epc : "};

enum trouble
trouble_of_taint(uint64_t taint)
{
	const uint64_t oops = 1 << TAINT_MACHINE_CHECK | 1 << TAINT_BAD_PAGE | 1 << TAINT_DIE;

	if ((taint & oops) != 0)
		return TROUBLE_OOPS;
	if ((taint & 1 << TAINT_SOFTLOCKUP) != 0)
		return TROUBLE_LOCKUP;
	return (taint & 1 << TAINT_WARN) != 0 ? TROUBLE_WARNING : TROUBLE_NONE;
}

enum trouble
trouble_of_line(const char *line, size_t length)
{
	const char *words = skip_stamp(line, &length);

	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		size_t size = strlen(messages[i].text);
		if (messages[i].anywhere
			? memmem(words, length, messages[i].text, size) != NULL
			: size <= length && memcmp(words, messages[i].text, size) == 0)
			return messages[i].trouble;
	}
	return TROUBLE_NONE;
}

bool
trouble_tells_where(const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (memmem(line, length, places[i], strlen(places[i])) != NULL)
			return true;
	return false;
}

enum trouble
trouble_of_log(const char *log, size_t length)
{
	enum trouble worst = TROUBLE_NONE;
	size_t size;

	for (const char *line; (line = kernel_text_next(&log, &length, &size)) != NULL;) {
		enum trouble trouble = kernel_text_facility(line, size) == 0
					   ? trouble_of_line(line, size)
					   : TROUBLE_NONE;
		if (trouble > worst)
			worst = trouble;
	}
	return worst;
}

const char *
trouble_find(const char *log, size_t length, enum trouble trouble, size_t *line_length)
{
	const char *line;

	while ((line = kernel_text_next(&log, &length, line_length)) != NULL)
		if (kernel_text_facility(line, *line_length) <= 0 &&
		    trouble_of_line(line, *line_length) == trouble)
			return line;
	return NULL;
}

static const char panic[] = "Kernel panic - not syncing";
static const char version[] = "Linux version ";

static bool
begins_with(const char *line, size_t length, const char *word)
{
	size_t n = strlen(word);

	return length >= n && memcmp(line, word, n) == 0;
}

/*
 * The length of leading CRs: a boot loader that begins its lines with CR leaves one before the
 * kernel's first line.
 */
static size_t
returns_length(const char *line, size_t length)
{
	size_t at = 0;

	while (at < length && line[at] == '\r')
		at++;
	return at;
}

/*
 * The length of `[ SECONDS.MICROSECONDS] ` at the line's start, including a caller `[ T1]` after
 * it; 0 if missing.
 */
static size_t
stamp_length(const char *line, size_t length)
{
	size_t at = 1;
	size_t digits = 0;

	if (length < 2 || line[0] != '[')
		return 0;
	while (at < length && line[at] == ' ')
		at++;
	for (; at < length &&
	       ((line[at] >= '0' && line[at] <= '9') || (line[at] == '.' && digits > 0));
	     at++)
		digits++;
	if (digits < 3 || at >= length || line[at++] != ']')
		return 0;
	if (at < length && line[at] == '[') {
		const char *close = memchr(line + at, ']', length - at);
		if (close == NULL)
			return 0;
		at = (size_t)(close - line) + 1;
	}
	return at < length && line[at] == ' ' ? at + 1 : 0;
}

/* The offset of the kernel's message in its line; 0: no time stamp. */
static size_t
message_at(const char *line, size_t length)
{
	size_t returns = returns_length(line, length),
	       stamp = stamp_length(line + returns, length - returns);

	return stamp > 0 ? returns + stamp : 0;
}

bool
kernel_text_is_stamped(const char *line, size_t length)
{
	return message_at(line, length) > 0;
}

bool
kernel_text_is(const char *line, size_t length)
{
	return kernel_text_is_stamped(line, length) || kernel_text_is_version(line, length);
}

bool
kernel_text_is_version(const char *line, size_t length)
{
	size_t at = message_at(line, length);

	if (at == 0)
		at = returns_length(line, length);
	return begins_with(line + at, length - at, version);
}

const char *
kernel_text_beginning(const char *line, size_t length, bool stamped, size_t *release_length)
{
	size_t from = returns_length(line, length), at = message_at(line, length);

	if (!kernel_text_is_version(line, length) || (at == 0) == stamped)
		return NULL;
	for (size_t i = from; i < at && line[i] != ']'; i++)
		if (line[i] >= '1' && line[i] <= '9')
			return NULL;
	at = (at > 0 ? at : from) + strlen(version);
	*release_length = 0;
	while (at + *release_length < length && line[at + *release_length] > ' ')
		(*release_length)++;
	return line + at;
}

bool
kernel_text_is_restart(const char *line, size_t length)
{
	size_t at = message_at(line, length);

	return at > 0 && (begins_with(line + at, length - at, "reboot: Restarting system") ||
			  begins_with(line + at, length - at, "reboot: machine restart"));
}

/* The start of the time stamp in a line that a kernel message interrupts; NULL if none does. */
static const char *
kernel_text_inside(const char *line, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if (stamp_length(line + at, length - at) > 0)
			return line + at;
	return NULL;
}

const char *
kernel_text_panic(const char *line, size_t length, bool broken)
{
	const char *end = line + length;
	const char *at =
	    broken && !begins_with(line, length, panic) ? kernel_text_inside(line, length) : line;

	for (; at != NULL; at = broken ? kernel_text_inside(at, (size_t)(end - at)) : NULL) {
		at += message_at(at, (size_t)(end - at));
		if (begins_with(at, (size_t)(end - at), panic))
			return at;
	}
	return NULL;
}

/* The length of `<N>` at the start of a line, and N; 0 if it is missing. */
static size_t
priority_length(const char *line, size_t length, int *priority)
{
	size_t at = 1;

	*priority = 0;
	for (; at < length && at < 6 && line[at] >= '0' && line[at] <= '9'; at++)
		*priority = *priority * 10 + (line[at] - '0');
	return at >= 2 && at < length && line[0] == '<' && line[at] == '>' ? at + 1 : 0;
}

const char *
kernel_text_message(const char *line, size_t *length)
{
	int priority;
	size_t at = priority_length(line, *length, &priority);

	*length -= at;
	return line + at;
}

int
kernel_text_facility(const char *line, size_t length)
{
	int priority;

	return priority_length(line, length, &priority) > 0 ? priority / 8 : -1;
}

/* Skips priority and time stamp; reduces *length. */
static const char *
skip_stamp(const char *line, size_t *length)
{
	const char *message = kernel_text_message(line, length);
	size_t at = message_at(message, *length);

	*length -= at;
	return message + at;
}

const char *
kernel_text_next(const char **log, size_t *length, size_t *line_length)
{
	const char *line = *log;

	if (*length == 0)
		return NULL;
	const char *newline = memchr(line, '\n', *length);
	*line_length = newline != NULL ? (size_t)(newline - line) : *length;
	size_t taken = *line_length + (newline != NULL);
	*log += taken;
	*length -= taken;
	return line;
}
