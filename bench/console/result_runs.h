/* SPDX-License-Identifier: MIT */
/* For result_read() alone: the records of runs. They return 0, or -1 with errno ENOMEM. */
#ifndef BENCH_RESULT_RUNS_H
#define BENCH_RESULT_RUNS_H

#include "console/result.h"

int result_add_line(struct result_lines *lines, const void *data, size_t length, uint64_t pid);
void result_free_lines(struct result_lines *lines);
void result_free_runs(struct result *r);

int result_start(struct result *r, const struct wire_log_record *record);
int result_output(struct result *r, const struct wire_log_record *record);
int result_exit(struct result *r, const struct wire_log_record *record);
int result_stray(struct result *r, const struct wire_log_record *record);
int result_exceeded(struct result *r, const struct wire_log_record *record);
int result_run_log(struct result *r, const struct wire_log_record *record);

#endif
