/* SPDX-License-Identifier: MIT */
/*
 * What libkmod reads of a folder: it ignores files that it cannot read, and follows links on this
 * machine.
 */
#ifndef LULL_PACKER_MODULE_STAGE_H
#define LULL_PACKER_MODULE_STAGE_H

struct source;

/*
 * Checks that the files of `folder`, on this machine, that match the pattern can be read. *path is
 * the folder for libkmod, to be freed: `folder` itself where `staged` is NULL, else `name` below
 * that, with links to what the files are in the source. Where there is no folder it is one that is
 * not there. Returns 0, or -1 after a warning.
 */
int module_stage(const struct source *source, const char *folder, const char *pattern,
		 const char *staged, const char *name, char **path);

#endif
