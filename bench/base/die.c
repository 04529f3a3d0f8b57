/* SPDX-License-Identifier: MIT */
#include "base/die.h"

#include <signal.h>

void
die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}
