/* SPDX-License-Identifier: MIT */
#include "console/trouble.h"

#include <string.h>

#include "console/kernel_text.h"

enum { TAINT_MACHINE_CHECK = 4, TAINT_BAD_PAGE = 5, TAINT_DIE = 7, TAINT_WARN = 9, TAINT_SOFTLOCKUP = 14 };

/*
 * What kernels of several machines and versions write, and where in Linux's source they do: at the start of a message, or
 * (`anywhere`) behind a name or a subsystem. Of two in one line the first counts. A program can choose the name that the
 * kernel has of it, 15 bytes, and many messages begin with that: "x[7]: segfault at", "traps: x[7] general protection".
 * Not here: messages that follow one that is, as of list_debug.c; what a load may ask for, as "page allocation failure"
 * (mm/page_alloc.c) and the OOM killer; and "hogged CPU for" (kernel/workqueue.c), which advises.
 */
static const struct {
	const char *text;
	enum trouble trouble;
	bool anywhere;
} messages[] = {
    {"BUG: sleeping function called", TROUBLE_WARNING, false}, /* kernel/sched/core.c */
    {"BUG: scheduling while atomic", TROUBLE_WARNING, false},  /* the same */
    {"BUG: KCSAN: ", TROUBLE_WARNING, false},		       /* kernel/kcsan/report.c */
    {"BUG: workqueue lockup", TROUBLE_LOCKUP, false},	       /* kernel/workqueue.c */
    {"watchdog: BUG: soft lockup", TROUBLE_LOCKUP, false},     /* kernel/watchdog.c */
    {"BUG: soft lockup", TROUBLE_LOCKUP, false},	       /* the same, before 4.14 */
    {"atchdog detected hard LOCKUP", TROUBLE_LOCKUP, true},    /* kernel/watchdog_perf.c, watchdog_buddy.c, "CPU7: W" */
    {"INFO: task ", TROUBLE_LOCKUP, false},		       /* kernel/hung_task.c: "blocked for more than" */
    {"rcu: INFO: ", TROUBLE_LOCKUP, false},		       /* kernel/rcu/tree_stall.h, tree_exp.h */
    {"INFO: rcu_", TROUBLE_LOCKUP, false},		       /* kernel/rcu/tasks.h, and all of them before 4.20 */
    {"INFO: trying to register non-static key", TROUBLE_WARNING, false}, /* kernel/locking/lockdep.c */
    {"UBSAN: ", TROUBLE_WARNING, false},				 /* lib/ubsan.c */
    {"WARNING: ", TROUBLE_WARNING, false}, /* kernel/panic.c, kernel/locking/lockdep.c, kernel/rcu/ */
    {"BUG: ", TROUBLE_OOPS, false},	   /* arch/x86/mm/fault.c, mm/memory.c, mm/kasan/report.c, mm/kfence/report.c */
    {"kernel BUG at ", TROUBLE_OOPS, false},	       /* lib/bug.c */
    {"Oops: ", TROUBLE_OOPS, false},		       /* arch/x86/mm/fault.c, arch/powerpc/kernel/traps.c */
    {"Oops - ", TROUBLE_OOPS, false},		       /* arch/riscv/kernel/traps.c */
    {"Oops [#", TROUBLE_OOPS, false},		       /* arch/riscv/mm/fault.c */
    {"Oops[#", TROUBLE_OOPS, false},		       /* arch/mips/kernel/traps.c */
    {"general protection fault", TROUBLE_OOPS, false}, /* arch/x86/kernel/traps.c */
    {"Unable to handle kernel ", TROUBLE_OOPS, false}, /* arch/arm64/mm/fault.c, arch/riscv/mm/fault.c */
    {"Internal error: ", TROUBLE_OOPS, false},	       /* arch/arm64/kernel/traps.c */
    {": 0000 [#1] ", TROUBLE_OOPS, true}, /* arch/x86/kernel/dumpstack.c: without a name, "invalid opcode", say */
    {"[Hardware Error]: ", TROUBLE_WARNING, true}, /* arch/x86/kernel/cpu/mce/, drivers/acpi/apei/: also corrected ones */
};

/* Where it was, by machine: x86, arm64, RISC-V. What is in user space stands behind other segments' numbers. */
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
	const char *words = kernel_text_words(line, &length);

	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		size_t size = strlen(messages[i].text);
		if (messages[i].anywhere ? memmem(words, length, messages[i].text, size) != NULL
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
		enum trouble trouble = kernel_text_facility(line, size) == 0 ? trouble_of_line(line, size) : TROUBLE_NONE;
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
		if (kernel_text_facility(line, *line_length) <= 0 && trouble_of_line(line, *line_length) == trouble)
			return line;
	return NULL;
}
