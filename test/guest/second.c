/* SPDX-License-Identifier: MIT */
/* second KERNEL COMMAND-LINE: starts another kernel, without an image, with kexec_file_load(2). */
#include <err.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	if (argc != 3)
		return 2;
	int kernel = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (kernel < 0)
		err(1, "cannot open %s", argv[1]);
	if (syscall(SYS_kexec_file_load, kernel, -1, strlen(argv[2]) + 1, argv[2],
		    KEXEC_FILE_NO_INITRAMFS) != 0)
		err(1, "cannot load %s", argv[1]);
	reboot(LINUX_REBOOT_CMD_KEXEC);
	err(1, "cannot start %s", argv[1]);
}
