/* SPDX-License-Identifier: MIT */
/*
 * Modules that others are of no use without, although no module says so. On a running system udev loads drivers when a
 * device appears, and the kernel has modprobe(8) load what it needs itself (request_module() of kernel/kmod.c); nothing
 * does so in an image. Data, not code.
 */
#ifndef LULL_PACKER_COMPANIONS_H
#define LULL_PACKER_COMPANIONS_H

struct companions {
	const char *driver; /* a glob over names with underscores; NULL ends the table */
	/*
	 * Names or aliases, ended by NULL; those that a kernel does not have are passed over. "$OPTION:DEFAULT" at an end
	 * stands for the value of CONFIG_OPTION, or for DEFAULT where the configuration is not known.
	 */
	const char *const *needs;
};

/* All rows that match count. */
extern const struct companions companions[];

#endif
