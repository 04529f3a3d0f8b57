/* SPDX-License-Identifier: MIT */
#include "trouble.h"

#include <string.h>

enum { TAINT_MACHINE_CHECK = 4, TAINT_BAD_PAGE = 5, TAINT_DIE = 7, TAINT_WARN = 9, TAINT_SOFTLOCKUP = 14 };

/* What kernels of several machines and versions write. Of two in one line the first counts. */
static const struct {
	const char *text;
	enum trouble trouble;
} messages[] = {
    {"BUG: sleeping function called", TROUBLE_WARNING},
    {"BUG: scheduling while atomic", TROUBLE_WARNING},
    {"BUG: soft lockup", TROUBLE_LOCKUP},
    {"BUG: workqueue lockup", TROUBLE_LOCKUP},
    {"Watchdog detected hard LOCKUP", TROUBLE_LOCKUP},
    {"self-detected stall on CPU", TROUBLE_LOCKUP},
    {"detected stalls on CPUs", TROUBLE_LOCKUP},
    {" blocked for more than ", TROUBLE_LOCKUP},
    {"BUG: ", TROUBLE_OOPS},
    {"kernel BUG at ", TROUBLE_OOPS},
    {"Oops: ", TROUBLE_OOPS},
    {"Oops - ", TROUBLE_OOPS},
    {"Oops[#", TROUBLE_OOPS},
    {"general protection fault", TROUBLE_OOPS},
    {"Unable to handle kernel ", TROUBLE_OOPS},
    {"Internal error: ", TROUBLE_OOPS},
    {": 0000 [#1] ", TROUBLE_OOPS}, /* a trap without a name of its own: "invalid opcode", say */
    {"[Hardware Error]: ", TROUBLE_OOPS},
    {"WARNING: ", TROUBLE_WARNING},
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
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		if (memmem(line, length, messages[i].text, strlen(messages[i].text)) != NULL)
			return messages[i].trouble;
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

const char *
trouble_find(const char *log, size_t length, enum trouble trouble, size_t *line_length)
{
	const char *end = log + length;

	while (log < end) {
		const char *newline = memchr(log, '\n', (size_t)(end - log));
		*line_length = (size_t)((newline != NULL ? newline : end) - log);
		if (trouble_of_line(log, *line_length) == trouble)
			return log;
		log += *line_length + 1;
	}
	return NULL;
}
