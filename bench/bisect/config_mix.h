/* SPDX-License-Identifier: MIT */
/* Two configurations of a kernel (.config), and mixtures of them. Pure. */
#ifndef BENCH_CONFIG_MIX_H
#define BENCH_CONFIG_MIX_H

#include <stdbool.h>
#include <stddef.h>

/* An option whose lines differ. */
struct config_difference {
	char *option;	  /* owned: CONFIG_NAME */
	char *good, *bad; /* owned: the whole lines, without newline; NULL: the file has none */
};

struct config_mix {
	char *good;		      /* owned: the text of the good configuration */
	struct config_difference *at; /* owned; sorted by option */
	size_t count;
};

/* Compares the texts of two files. Lines that do not set or unset an option are ignored. */
void config_mix_make(struct config_mix *mix, const char *good, const char *bad);
void config_mix_free(struct config_mix *mix);

/* The good configuration with the lines of the bad one where `chosen`; to be freed. */
char *config_mix_text(const struct config_mix *mix, const bool *chosen);

#endif
