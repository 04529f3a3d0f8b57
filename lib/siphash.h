/* SPDX-License-Identifier: MIT */
#ifndef LULL_SIPHASH_H
#define LULL_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * SipHash-2-4 of `length` bytes under the key (k0, k1), both halves as little-endian numbers
 * (Aumasson, Bernstein 2012).
 */
uint64_t siphash(uint64_t k0, uint64_t k1, const void *bytes, size_t length);

#endif
