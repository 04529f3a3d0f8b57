/* SPDX-License-Identifier: MIT */
/*
 * System calls that a dead disk may never let return, made by a child that PID 1 does not wait for
 * without end.
 */
#ifndef LULL_HELPER_H
#define LULL_HELPER_H

#include <stdbool.h>

/*
 * How long init waits for a child; 0: for ever, as in exact mode, where an idle guest's minute
 * passes at once and a disk takes the host's time.
 */
extern unsigned helper_limit_s;

/*
 * Calls `work` in a child that shares init's memory; init does nothing else until it has returned,
 * or for helper_limit_s. False: it has not, and may still be at it, or there is no child. From then
 * on helper_is_stuck().
 */
bool helper_run(int (*work)(void *argument), void *argument);
bool helper_is_stuck(void);

#endif
