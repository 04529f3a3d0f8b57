/* SPDX-License-Identifier: MIT */
/*
 * Drivers that others are of no use without, although no module says so: what finds the devices of a bus, and what
 * makes disks of what a controller finds. On a running system udev loads them when a device appears; nothing does so
 * in an image. Data, not code.
 */
#ifndef LULL_PACKER_COMPANIONS_H
#define LULL_PACKER_COMPANIONS_H

struct companions {
	const char *driver;	  /* a glob over names with underscores; NULL ends the table */
	const char *const *needs; /* names, ended by NULL; those that a kernel does not have are passed over */
};

extern const struct companions companions[];

#endif
