/* SPDX-License-Identifier: MIT */
/* The model of this machine's first CPU, from /proc/cpuinfo. */
#ifndef BENCH_CPU_MODEL_H
#define BENCH_CPU_MODEL_H

enum { CPU_MODEL_MAX = 128 };

/* "" if it is unknown, as on machines whose kernel does not name it. */
void cpu_model(char model[CPU_MODEL_MAX]);

#endif
