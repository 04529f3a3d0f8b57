/* SPDX-License-Identifier: MIT */
/* packer's exit statuses. */
#ifndef LULL_PACKER_STATUS_H
#define LULL_PACKER_STATUS_H

enum {
	DONE = 0,
	FOUND = 1, /* a check found problems, or a comparison differences */
	WRONG_USAGE = 2,
	FAILED = 3,
};

#endif
