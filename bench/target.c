/* SPDX-License-Identifier: MIT */
#include "target.h"

struct target *
target_start(const struct machine *machine)
{
	return target_qemu_start(machine);
}
