/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A chain as the original eMPTCP keeps it while a packet is on its way, written anew: four bytes for each
 * step, on XDP in the metadata before the packet, on TC in skb->cb behind a word that counts them off.
 */
#ifndef BENCH_PAPER_BPF_H
#define BENCH_PAPER_BPF_H

#include "frame.bpf.h"

#ifdef EMPTCP_HOOK_XDP
#define PAPER_STEPS 8
#else
#define PAPER_STEPS 4
#endif

struct paper_word {
	__u8 next; /* program of the step after this one, 0: none */
	__u8 flags;
	__be16 window;
};

union paper_cell {
	struct paper_word word;
	__u32 bits;
};

struct paper_chain {
	__u32 count;
	__u32 first;
	__u32 words[8];
};

#ifdef EMPTCP_HOOK_XDP
/* Room for `count` words before the packet, to be filled from the returned place on; NULL when there is none. */
static __always_inline __u32 *paper_grow(struct xdp_md *ctx, __u32 count)
{
	__u32 *words;

	if (count > PAPER_STEPS || bpf_xdp_adjust_meta(ctx, -(int)(count * sizeof(__u32))))
		return NULL;
	words = EMPTCP_CTX_POINTER(ctx, data_meta);
	return words;
}

static __always_inline int paper_push(struct xdp_md *ctx, const struct paper_chain *chain)
{
	__u32 count = chain->count;
	__u32 *words = paper_grow(ctx, count);
	void *data = emptcp_data(ctx);

	if (!words)
		return -1;
	for (__u32 i = 0; i < PAPER_STEPS; i++) {
		if (i >= count)
			break;
		if ((void *)(words + i + 1) > data)
			return -1;
		words[i] = chain->words[i];
	}
	return 0;
}

static __always_inline int paper_pop(struct xdp_md *ctx, __u32 *word)
{
	__u32 *words = EMPTCP_CTX_POINTER(ctx, data_meta);

	if ((void *)(words + 1) > emptcp_data(ctx))
		return -1;
	*word = *words;
	return bpf_xdp_adjust_meta(ctx, sizeof(*word));
}

static __always_inline int paper_push_id(struct xdp_md *ctx, __u64 id)
{
	__u64 *words = (void *)paper_grow(ctx, 2);

	if (!words || (void *)(words + 1) > emptcp_data(ctx))
		return -1;
	*words = id;
	return 0;
}

static __always_inline int paper_pop_id(struct xdp_md *ctx, __u64 *id)
{
	__u64 *words = EMPTCP_CTX_POINTER(ctx, data_meta);

	if ((void *)(words + 1) > emptcp_data(ctx))
		return -1;
	*id = *words;
	return bpf_xdp_adjust_meta(ctx, sizeof(*id));
}
#else
#define PAPER_CB(ctx, n)                                                          \
	({                                                                        \
		__u64 value_;                                                     \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                             \
			     : "=r"(value_)                                       \
			     : "r"(ctx), "i"(offsetof(struct __sk_buff, cb[n]))); \
		value_;                                                           \
	})

static __always_inline int paper_push(struct __sk_buff *ctx, const struct paper_chain *chain)
{
	ctx->cb[0] = 1;
	ctx->cb[1] = chain->words[0];
	ctx->cb[2] = chain->words[1];
	ctx->cb[3] = chain->words[2];
	ctx->cb[4] = chain->words[3];
	return 0;
}

static __always_inline int paper_pop(struct __sk_buff *ctx, __u32 *word)
{
	__u32 at = ctx->cb[0];

	/* Loads of its own for each, or clang joins them behind a pointer that the verifier refuses. */
	if (at == 1)
		*word = PAPER_CB(ctx, 1);
	else if (at == 2)
		*word = PAPER_CB(ctx, 2);
	else if (at == 3)
		*word = PAPER_CB(ctx, 3);
	else if (at == 4)
		*word = PAPER_CB(ctx, 4);
	else
		return -1;
	ctx->cb[0] = at + 1;
	return 0;
}

static __always_inline int paper_push_id(struct __sk_buff *ctx, __u64 id)
{
	ctx->cb[0] = id;
	ctx->cb[1] = id >> 32;
	return 0;
}

static __always_inline int paper_pop_id(struct __sk_buff *ctx, __u64 *id)
{
	*id = ctx->cb[0] | (__u64)ctx->cb[1] << 32;
	return 0;
}
#endif

#endif
