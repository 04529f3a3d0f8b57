/* SPDX-License-Identifier: MIT */
/*
 * Finds out whether KVM works. /dev/kvm may exist and guests still hang, or die of an emulation
 * failure. So bench boots a guest under KVM once, with a short limit, and caches the answer until
 * the host restarts or QEMU changes.
 */
#ifndef BENCH_KVM_H
#define BENCH_KVM_H

#include <stdbool.h>

#include "target/qemu.h"

enum { KVM_WHY_MAX = 256, KVM_KEY_MAX = 160 };

enum kvm_answer {
	KVM_WORKS,
	KVM_FAILS,   /* `why` has the reason */
	KVM_UNKNOWN, /* a guest came up but failed: see `why` */
	KVM_SIGNAL,  /* bench received a signal during the probe */
};

struct kvm {
	enum kvm_answer answer;
	char why[KVM_WHY_MAX]; /* one line, harmless for a terminal */
	int signal;
	bool is_new;	       /* not from the cache */
	char key[KVM_KEY_MAX]; /* what the answer is valid for; empty: it cannot be cached */
};

/* Takes the answer from the cache, or boots `machine`'s kernel and image. */
void kvm_probe(struct kvm *kvm, const struct machine *machine);

/*
 * Sets the machine's accelerator: KVM if it works, else TCG, after a message with the reason. Does
 * not probe in exact mode, which supports TCG only. If the answer is KVM_SIGNAL, the caller ends
 * bench.
 */
void kvm_choose(struct kvm *kvm, struct machine *machine);

/*
 * Caches a new answer. To be called for KVM_FAILS only after the same kernel and image came up
 * without KVM: else the fault may be theirs.
 */
void kvm_remember(const struct kvm *kvm);

#endif
