/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <sys/reboot.h>
#include <unistd.h>

#include "run/helper.h"

/*
 * If the machine does not end, the kernel ends the caller of reboot(2) (kernel/reboot.c: do_exit(0)
 * after power-off and halt), and the end of PID 1 is a panic: so a child calls it.
 */
static int
end_machine(void *command)
{
	if (!helper_is_stuck())
		sync();
	reboot(*(int *)command);
	return 1;
}

static void
try_reboot(int command)
{
	/* The first helper may hang in sync(2); the second skips it. */
	if (!helper_run(end_machine, &command))
		helper_run(end_machine, &command);
}

/*
 * Without ACPI a PC cannot power off, and the kernel halts instead, without a message.
 * /sys/firmware/acpi exists only with ACPI.
 */
static bool
can_power_off(void)
{
#if defined(__x86_64__) || defined(__i386__)
	return access("/sys/firmware/acpi", F_OK) == 0 || access("/sys/firmware", F_OK) != 0;
#else
	return true;
#endif
}

_Noreturn void
finish_machine(enum experiment_finish how)
{
	if (how != FINISH_REBOOT && how != FINISH_HALT && can_power_off())
		try_reboot(RB_POWER_OFF);
	if (how != FINISH_HALT)
		try_reboot(RB_AUTOBOOT);
	try_reboot(RB_HALT_SYSTEM);
	for (;;)
		pause();
}
