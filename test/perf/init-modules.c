/* SPDX-License-Identifier: MIT */
/*
 * A minimal init that loads the modules of /modules, a path a line, and powers off. The kernel
 * unpacks compressed ones itself (finit_module(2), MODULE_INIT_COMPRESSED_FILE).
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { COMPRESSED = 4 };

int
main(void)
{
	char path[4096];
	FILE *list = fopen("/modules", "r");

	while (list != NULL && fgets(path, sizeof(path), list) != NULL) {
		path[strcspn(path, "\n")] = '\0';
		size_t length = strlen(path);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		int flags = length > 3 && strcmp(path + length - 3, ".xz") == 0 ? COMPRESSED : 0;
		if (syscall(SYS_finit_module, fd, "", flags) != 0)
			perror(path);
		close(fd);
	}
	reboot(RB_POWER_OFF);
	return 1;
}
