/* SPDX-License-Identifier: MIT */
/* For study.c alone: what a study is begun with, and the same read again. They tell on stderr what is wrong. */
#ifndef BENCH_STUDY_BEGIN_H
#define BENCH_STUDY_BEGIN_H

struct study;

/* Whether a study can be in the folder: it is one's, or empty. Returns 0 or -1. */
int study_check_folder(int folder, const char *path);

/*
 * Keeps the files that the plan, in the file `plan`, names, and writes study.json; where that is there, reads it in
 * their place and checks that the plan is the same. Returns 0 or -1.
 */
int study_begin(struct study *s, const char *plan);

/* Reads study.json. Returns 0 or -1. */
int study_recall(struct study *s);

#endif
