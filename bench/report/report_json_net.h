/* SPDX-License-Identifier: MIT */
#ifndef BENCH_REPORT_JSON_NET_H
#define BENCH_REPORT_JSON_NET_H

#include <jansson.h>

#include "console/result.h"

/*
 * The array of what the guest's `net` records say (net_record.h), an object each; lines of a later init are left out.
 * Returns NULL if there is no memory for it.
 */
json_t *report_json_net(const struct result_lines *nets);

#endif
