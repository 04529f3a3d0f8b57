/* SPDX-License-Identifier: MIT */
/*
 * Programs that the bodies of shell scripts start by absolute path, as shims do: `exec
 * "/root/.pyenv/libexec/pyenv"`.
 */
#ifndef LULL_PACKER_SCRIPT_BODY_H
#define LULL_PACKER_SCRIPT_BODY_H

#include <stdbool.h>

struct closure;

/*
 * Reports, after all is planned, for each script that is to be executed, the first program that it
 * starts and that is missing: one on this machine that is not planned, or, if `is_image`, one that
 * is not in the source image. Paths that the script tests first are skipped.
 */
void script_body_report(struct closure *closure, bool is_image);

#endif
