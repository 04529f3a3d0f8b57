/* SPDX-License-Identifier: MIT */
/* Ends the machine: `end poweroff`, `end reboot`, `end panic`. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const char *how = argc > 1 ? argv[1] : "";

	printf("before the end\n");
	fflush(stdout);
	if (strcmp(how, "poweroff") == 0)
		reboot(RB_POWER_OFF);
	else if (strcmp(how, "reboot") == 0)
		reboot(RB_AUTOBOOT);
	else if (strcmp(how, "panic") == 0 &&
		 write(open("/proc/sysrq-trigger", O_WRONLY), "c", 1) < 0)
		perror("cannot write to /proc/sysrq-trigger");
	sleep(5);
	return 9;
}
