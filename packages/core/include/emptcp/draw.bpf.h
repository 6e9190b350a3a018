// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Draws: what the key of a parameter of kind `fraction` holds (packages/core/src/params/draw.ts). */
#ifndef EMPTCP_DRAW_BPF_H
#define EMPTCP_DRAW_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Moves the lowest digit of *n in base 5 or 3 out; the factors are reciprocals that are exact for 32 bits. */
static __always_inline __u32 emptcp_draw_digit(__u32 *n, const __u32 base)
{
	__u32 rest = base == 5 ? (__u64)*n * 0xcccccccd >> 34 : (__u64)*n * 0xaaaaaaab >> 33;
	__u32 digit = *n - rest * base;

	*n = rest;
	return digit;
}

/* The remainders of a number for 2^10, 5^6 and 3^2, as digits: 10 of 1 bit, then 6 of 3 bits, then 2 of 2. */
static __always_inline __u32 emptcp_draw_of(__u32 number)
{
	__u32 fives = number, threes = number, draw = number & 0x3ff;

	for (int i = 0; i < 6; i++)
		draw |= emptcp_draw_digit(&fives, 5) << (10 + 3 * i);
	for (int i = 0; i < 2; i++)
		draw |= emptcp_draw_digit(&threes, 3) << (28 + 2 * i);
	return draw;
}

/* A draw, from the kernel's generator of this CPU. */
static __always_inline __u32 emptcp_draw(void)
{
	return emptcp_draw_of(bpf_get_prandom_u32());
}

#endif
