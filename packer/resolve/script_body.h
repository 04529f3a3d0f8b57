/* SPDX-License-Identifier: MIT */
/*
 * What the bodies of shell scripts start by absolute paths, as shims do: `exec
 * "/root/.pyenv/libexec/pyenv"`.
 */
#ifndef LULL_PACKER_SCRIPT_BODY_H
#define LULL_PACKER_SCRIPT_BODY_H

#include <stdbool.h>

struct closure;

/*
 * Once all is planned, reports for each script that is to be executed what it starts and is
 * not there: what is on this machine and not planned, or, with `is_image`, what is not in
 * the image that is the source. What the script looks for before is not meant.
 */
void script_body_report(struct closure *closure, bool is_image);

#endif
