/* SPDX-License-Identifier: MIT */
/* For result_read() alone: the records of files and knobs. They return 0, or -1 with errno ENOMEM. */
#ifndef BENCH_RESULT_FILES_H
#define BENCH_RESULT_FILES_H

#include "console/result.h"

int result_knob(struct result *r, const struct wire_log_record *record);
int result_file(struct result *r, const struct wire_log_record *record);
int result_data(struct result *r, const struct wire_log_record *record);
int result_file_sum(struct result *r, const struct wire_log_record *record);

/* When all records are read: files without their end are malformed. */
void result_check_files(struct result *r);
void result_free_files(struct result *r);

#endif
