/* SPDX-License-Identifier: MIT */
/* Rights that programs have here and not in the image. */
#ifndef LULL_PACKER_RIGHTS_H
#define LULL_PACKER_RIGHTS_H

struct plan;

/*
 * Reports set-ID bits that are dropped, and capabilities of files, which no newc archive
 * holds.
 */
void rights_report(const struct plan *plan);

#endif
