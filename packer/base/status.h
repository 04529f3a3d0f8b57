/* SPDX-License-Identifier: MIT */
/* packer's exit statuses, with VIEW_FOUND of view.h. */
#ifndef LULL_PACKER_STATUS_H
#define LULL_PACKER_STATUS_H

enum { DONE = 0, WRONG_USAGE = 2, FAILED = 3 };

#endif
