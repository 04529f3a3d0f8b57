/* SPDX-License-Identifier: MIT */
/*
 * Only powers off: the minimal cost of an init, and `poweroff` for inits that are scripts.
 */
#include <sys/reboot.h>

int
main(void)
{
	return reboot(RB_POWER_OFF);
}
