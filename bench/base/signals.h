/* SPDX-License-Identifier: MIT */
/* Signals that come as bytes to read (signalfd(2)). */
#ifndef BENCH_SIGNALS_H
#define BENCH_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * Blocks those that are to end bench, and SIGCHLD if `children`, and gives a descriptor that they
 * are read from, which does not block. What is ignored stays so, as under nohup(1) and behind a
 * shell's `&`. `before` is to be set again by sigprocmask(2), also after a failure. Returns -1 with
 * errno.
 */
int signals_catch(bool children, sigset_t *before);

#endif
