/* SPDX-License-Identifier: MIT */
#include "target/cpu_share.h"

#include <err.h>

unsigned
cpu_share_allowed(cpu_set_t *allowed)
{
	if (sched_getaffinity(0, sizeof(*allowed), allowed) == 0)
		return (unsigned)CPU_COUNT(allowed);
	CPU_ZERO(allowed);
	warn("cannot get the allowed CPUs");
	return 0;
}

cpu_set_t
cpu_share_of(const cpu_set_t *allowed, unsigned places, unsigned place)
{
	unsigned count = (unsigned)CPU_COUNT(allowed),
		 each = count / places > 0 ? count / places : 1, seen = 0;
	cpu_set_t share;

	if (place >= count)
		return *allowed;
	CPU_ZERO(&share);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed) && seen++ / each == place)
			CPU_SET(cpu, &share);
	return share;
}
