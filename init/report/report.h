/* SPDX-License-Identifier: MIT */
/* init's reports, as records of the wire (wire.h). */
#ifndef LULL_REPORT_H
#define LULL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

struct net_record;
struct run_result;

/* Sends hello and the warnings issued before it. */
void report_hello(uint64_t session);

/*
 * A warning: `what`, and the reason by errno (0: none). It is kept until hello is sent; after the
 * end record it is written as text.
 */
void report_warning(const char *what, int error);

void report_fail(const char *why);

/* Announces that no record may follow for so long, since init waits for `what`. */
void report_wait(const char *what, uint64_t seconds);
void report_net(const struct net_record *record);

/*
 * A run begins: its number and that of its command, both from 1; whether it is a warm-up; its time
 * limit in seconds, 0: none.
 */
void report_start(unsigned run, unsigned command, bool warmup, uint64_t timeout_s);

/* Sends everything in a capture, as `output` records. */
void report_output(const char *stream, unsigned run, int fd);
void report_exit(unsigned run, const char *command, const struct run_result *result);
void report_stray(unsigned run, uint64_t pid, const char *name);
/* The output of a run reached its limit, and some of it was refused. */
void report_exceeded(unsigned run);

/* Sends messages of the kernel during a run, at most 1000 bytes. */
void report_run_log(unsigned run, const char *text, unsigned long length);

/* Sends the kernel's taint flags, if any, and returns them (admin-guide/tainted-kernels.rst). */
uint64_t report_taint(void);

/* A knob; NULL for values that could not be read. */
void report_knob(const char *path, const char *before, const char *after);

enum {
	REPORT_PATH_MAX = (WIRE_PAYLOAD_MAX - 64) / 3
}; /* bytes of a file's name, each of which may need three */

/*
 * A file with number `index`: its name of at most REPORT_PATH_MAX bytes; pieces of it in order; its
 * size and digest, which must not be used afterwards.
 */
void report_file(unsigned index, const char *path, unsigned mode);
void report_data(unsigned index, uint64_t offset, const void *bytes, size_t length);
void report_file_end(unsigned index, uint64_t size, struct sha256 *digest);

void report_kernel_log(void);

/* Sends a payload from provenance_send(). */
void report_environment(const void *payload, size_t length);
void report_end(void);

#endif
