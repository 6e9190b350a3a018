// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Chain state: the 20 bytes that travel with a packet from program to program. On TC they are skb->cb, on
 * XDP one slot of a per-CPU array, since a driver need not support metadata and what is left there would
 * reach the stack.
 */
#ifndef EMPTCP_STATE_BPF_H
#define EMPTCP_STATE_BPF_H

#include "abi.bpf.h"
#include "hook.bpf.h"

struct emptcp_state {
	__u32 row; /* index of the chain's row; from root to entry: bit 0 the bank, bits 16-31 the port */
	__u8 l3; /* offset of the IP header */
	__u8 l4_info; /* low nibble: header length in words, high nibble: EMPTCP_L4_* */
	__u16 l4; /* offset of the L4 header, 0: none */
	__u8 flags; /* EMPTCP_PKT_* */
	__u8 group; /* bits 0-5: slot of the entry in emptcp_steps, bit 7: bank */
	__u16 after; /* only ranks greater than this match */
	__u64 fields; /* fields that steps of the chain hand on */
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct emptcp_state) == 20, "chain state fits skb->cb");

#define EMPTCP_PKT_V4 0x01
#define EMPTCP_PKT_V6 0x02
#define EMPTCP_PKT_FRAGMENT 0x04
#define EMPTCP_PKT_CSUM_KNOWN 0x08
#define EMPTCP_PKT_CSUM_PARTIAL 0x10
#define EMPTCP_PKT_TRACED 0x20
#define EMPTCP_PKT_AGAIN 0xc0
#define EMPTCP_PKT_AGAIN_SHIFT 6

#define EMPTCP_ENTER_PORT_SHIFT 16
#define EMPTCP_GROUP_SLOT 0x3f
#define EMPTCP_GROUP_BANK_SHIFT 7

#ifdef EMPTCP_HOOK_XDP
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct emptcp_state);
} emptcp_state SEC(".maps");

/* The state's memory, NULL never in practice. */
static __always_inline struct emptcp_state *emptcp_state_slot(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&emptcp_state, &zero);
}
#endif

union emptcp_state_words {
	struct emptcp_state state;
	__u32 word[5];
};

/* Reads the state; 0, or -1 when it cannot be reached. Words that are not used cost nothing. */
static __always_inline int emptcp_state_read(struct emptcp_ctx *ctx, struct emptcp_state *out)
{
#ifdef EMPTCP_HOOK_XDP
	struct emptcp_state *slot = emptcp_state_slot();

	if (!slot)
		return -1;
	/* Field by field: a struct copied whole stays in memory. */
	out->row = slot->row;
	out->l3 = slot->l3;
	out->l4_info = slot->l4_info;
	out->l4 = slot->l4;
	out->flags = slot->flags;
	out->group = slot->group;
	out->after = slot->after;
	out->fields = slot->fields;
#else
	union emptcp_state_words words;

	words.word[0] = ctx->cb[0];
	words.word[1] = ctx->cb[1];
	words.word[2] = ctx->cb[2];
	words.word[3] = ctx->cb[3];
	words.word[4] = ctx->cb[4];
	*out = words.state;
#endif
	return 0;
}

/* Writes the whole state. */
static __always_inline int emptcp_state_write(struct emptcp_ctx *ctx, const struct emptcp_state *in)
{
#ifdef EMPTCP_HOOK_XDP
	struct emptcp_state *slot = emptcp_state_slot();

	if (!slot)
		return -1;
	*slot = *in;
#else
	union emptcp_state_words words;

	words.state = *in;
	ctx->cb[0] = words.word[0];
	ctx->cb[1] = words.word[1];
	ctx->cb[2] = words.word[2];
	ctx->cb[3] = words.word[3];
	ctx->cb[4] = words.word[4];
#endif
	return 0;
}

#endif
