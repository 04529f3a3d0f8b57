/* SPDX-License-Identifier: MIT */
/* What init tells, as records of the wire (wire.h). */
#ifndef LULL_REPORT_H
#define LULL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

struct net_record;
struct run_result;

/* Sends hello and the warnings that came before it. */
void report_hello(uint64_t session);

/*
 * Something that should stand does not: `what` and the reason by errno's number (0: none). Kept
 * until hello is sent; behind the end it is a line of text.
 */
void report_warning(const char *what, int error);

void report_fail(const char *why);

/* Nothing may come for so long, as init waits for `what`. */
void report_wait(const char *what, uint64_t seconds);
void report_net(const struct net_record *record);

/*
 * A run begins: its number, which command it is of, both from 1, whether it is measured, and its
 * limit in seconds, 0: none.
 */
void report_start(unsigned run, unsigned command, bool warmup, uint64_t timeout_s);

/* Everything in a capture, as `output` records. */
void report_output(const char *stream, unsigned run, int fd);
void report_exit(unsigned run, const char *command, const struct run_result *result);
void report_stray(unsigned run, uint64_t pid, const char *name);
/* The output of a run met its limit, and some of it was refused. */
void report_exceeded(unsigned run);

/* Messages of the kernel during a run, up to 1000 bytes. */
void report_run_log(unsigned run, const char *text, unsigned long length);

/*
 * Sends what the kernel says of itself, if anything, and returns it: flags
 * (admin-guide/tainted-kernels.rst).
 */
uint64_t report_taint(void);

/* A knob: NULL for what could not be read. */
void report_knob(const char *path, const char *before, const char *after);

enum {
	REPORT_PATH_MAX = (WIRE_PAYLOAD_MAX - 64) / 3
}; /* bytes of a file's name, each of which may need three */

/*
 * A file of number `index`: its name of at most REPORT_PATH_MAX bytes; pieces of it in order; its
 * size and digest, which is then used up.
 */
void report_file(unsigned index, const char *path, unsigned mode);
void report_data(unsigned index, uint64_t offset, const void *bytes, size_t length);
void report_file_end(unsigned index, uint64_t size, struct sha256 *digest);

void report_kernel_log(void);

/* What provenance_tell() gives. */
void report_environment(const void *payload, size_t length);
void report_end(void);

#endif
