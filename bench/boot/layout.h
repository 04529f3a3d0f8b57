/* SPDX-License-Identifier: MIT */
/*
 * Layouts of exact mode. The same image and kernel with another command line or another size of
 * image place their data elsewhere in memory, which changes instruction counts by up to some tenths
 * of a percent. A layout is a fixed padding of both: layout 0 has none, layout n has LAYOUT_WORD
 * with 13 n characters on the kernel's command line, and 4096 n zero bytes behind the image. A cell
 * with layouts has its words for init in EXPERIMENT_FILE, so that no padding moves them there.
 */
#ifndef BENCH_LAYOUT_H
#define BENCH_LAYOUT_H

enum {
	LAYOUTS_MAX = 32,
	LAYOUTS_TO_TELL = 8, /* the least number of layouts that a verdict needs */
	LAYOUT_LINE_STEP = 13,
	LAYOUT_IMAGE_STEP = 4096,
};

/* Kernels ignore unknown words with a dot: they may be of a module (init/main.c). */
#define LAYOUT_WORD "layout.padding="

#endif
