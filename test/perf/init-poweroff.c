/* SPDX-License-Identifier: MIT */
/*
 * Powers off and does nothing else: the least that an init can cost, and `poweroff` for inits that
 * are scripts.
 */
#include <sys/reboot.h>

int
main(void)
{
	return reboot(RB_POWER_OFF);
}
