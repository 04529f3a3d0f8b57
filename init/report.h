/* SPDX-License-Identifier: MIT */
/* What init tells, as records of the wire (wire.h). */
#ifndef LULL_REPORT_H
#define LULL_REPORT_H

#include <stdbool.h>
#include <stdint.h>

struct net_record;
struct run_result;

/* Sends hello and the warnings that came before it. */
void report_hello(uint64_t session);

/* Something that should stand does not: `what` and the reason by errno's number (0: none). Kept until hello is sent. */
void report_warning(const char *what, int error);

void report_fail(const char *why);

/* Nothing may come for so long, as init waits for `what`. */
void report_wait(const char *what, uint64_t seconds);
void report_net(const struct net_record *record);
void report_start(unsigned run);

/* Everything in a capture, as `output` records. */
void report_output(const char *stream, unsigned run, int fd);
void report_exit(unsigned run, const char *command, const struct run_result *result);
void report_stray(unsigned run, uint64_t pid, const char *name);
void report_kernel_log(void);
void report_end(void);

#endif
