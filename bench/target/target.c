/* SPDX-License-Identifier: MIT */
#include "target/target.h"

struct target *
target_start(const struct machine *machine)
{
	return machine->laboratory != NULL ? target_laboratory_start(machine) : target_qemu_start(machine);
}
