/* SPDX-License-Identifier: MIT */
/* How each key is set, for experiment_set() alone: these return NULL, or what is wrong with the value. */
#ifndef LULL_EXPERIMENT_KEYS_H
#define LULL_EXPERIMENT_KEYS_H

#include "experiment.h"

extern const char experiment_no_memory[];

/* The value as words, of which there must be one, in one block to be freed. */
const char *experiment_split(const char *value, char ***words);

const char *experiment_set_run(struct experiment *e, const char *value);
const char *experiment_set_limit(struct experiment *e, const char *value);
const char *experiment_set_env(struct experiment *e, const char *value);
const char *experiment_set_write(struct experiment *e, const char *value);
const char *experiment_set_mount(struct experiment *e, const char *value);
const char *experiment_set_module(struct experiment *e, const char *value);
const char *experiment_set_net(struct experiment *e, const char *value);
const char *experiment_set_collect(struct experiment *e, const char *value);
const char *experiment_set_repeat(struct experiment *e, const char *value);
const char *experiment_set_warmup(struct experiment *e, const char *value);
const char *experiment_set_timeout(struct experiment *e, const char *value);
const char *experiment_set_cpus(struct experiment *e, const char *value);
const char *experiment_set_sched(struct experiment *e, const char *value);
const char *experiment_set_nice(struct experiment *e, const char *value);
const char *experiment_set_cwd(struct experiment *e, const char *value);
const char *experiment_set_user(struct experiment *e, const char *value);
const char *experiment_set_stdout(struct experiment *e, const char *value);
const char *experiment_set_finish(struct experiment *e, const char *value);
const char *experiment_set_klog(struct experiment *e, const char *value);
const char *experiment_set_provenance(struct experiment *e, const char *value);
const char *experiment_set_hostname(struct experiment *e, const char *value);
const char *experiment_set_experiment(struct experiment *e, const char *value);
const char *experiment_set_exact(struct experiment *e, const char *value);
const char *experiment_set_session(struct experiment *e, const char *value);
const char *experiment_refuse_quiet(struct experiment *e, const char *value);

#endif
