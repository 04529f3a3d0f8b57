/* SPDX-License-Identifier: MIT */
/* Reads signals from a descriptor (signalfd(2)). */
#ifndef BENCH_SIGNALS_H
#define BENCH_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * Blocks the signals that end bench, and SIGCHLD if `children`; returns a nonblocking descriptor to
 * read them from, or -1 with errno. Ignored signals stay ignored, as under nohup(1) or after a
 * shell's `&`. The caller restores `before` with sigprocmask(2), also after a failure.
 */
int signals_catch(bool children, sigset_t *before);

#endif
