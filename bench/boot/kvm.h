/* SPDX-License-Identifier: MIT */
/*
 * Whether KVM works here. /dev/kvm may be there and guests hang all the same, or die of an
 * emulation failure, so a guest is booted under it once, with a short limit; the answer is kept in
 * the cache until the host restarts or QEMU changes.
 */
#ifndef BENCH_KVM_H
#define BENCH_KVM_H

#include <stdbool.h>

#include "target/qemu.h"

enum { KVM_WHY_MAX = 256, KVM_KEY_MAX = 160 };

enum kvm_answer {
	KVM_WORKS,
	KVM_FAILS,   /* `why` says why */
	KVM_UNKNOWN, /* a guest came up but did not do what it should: `why` */
	KVM_SIGNAL,  /* bench was sent a signal meanwhile */
};

struct kvm {
	enum kvm_answer answer;
	char why[KVM_WHY_MAX]; /* one line, harmless for a terminal */
	int signal;
	bool is_new;	       /* not from the cache */
	char key[KVM_KEY_MAX]; /* what the answer holds for; empty: it cannot be kept */
};

/* Answers from the cache, or by booting `machine`'s kernel and image. */
void kvm_probe(struct kvm *kvm, const struct machine *machine);

/*
 * Sets the machine's accelerator: KVM where it works, else TCG, after telling why. Exact mode knows
 * TCG alone and is not asked. The answer may be KVM_SIGNAL: bench is to end.
 */
void kvm_choose(struct kvm *kvm, struct machine *machine);

/*
 * Keeps a new answer. KVM_FAILS is to be kept only after the same kernel and image came up without
 * KVM: else the fault may be theirs.
 */
void kvm_remember(const struct kvm *kvm);

#endif
