/* SPDX-License-Identifier: MIT */
/*
 * Runs system calls that may never return because of a dead disk in a child, for which PID 1 waits
 * a limited time.
 */
#ifndef LULL_HELPER_H
#define LULL_HELPER_H

#include <stdbool.h>

/*
 * Maximum wait for a child; 0: forever, as in exact mode, where an idle guest's minute passes at
 * once while a disk takes host time.
 */
extern unsigned helper_limit_s;

/*
 * Calls `work` in a child that shares init's memory, and waits for its end, at most helper_limit_s.
 * Returns false if it has not ended, and may still be running, or if there is no child. After that
 * helper_is_stuck() is true.
 */
bool helper_run(int (*work)(void *argument), void *argument);
bool helper_is_stuck(void);

#endif
