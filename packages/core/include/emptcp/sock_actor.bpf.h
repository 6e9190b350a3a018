// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the author of a socket actor includes: the same shape as EMPTCP_ACTOR, on the hook "sockops" of a
 * cgroup. There is no packet; `ctx` is the kernel's struct bpf_sock_ops. The row of the socket's chain is kept
 * with the socket.
 */
#ifndef EMPTCP_SOCK_ACTOR_BPF_H
#define EMPTCP_SOCK_ACTOR_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "chain_maps.bpf.h"

#ifdef EMPTCP_HOOK_BPF_H
#error "a socket actor has no packet: include sock_actor.bpf.h alone"
#endif

#define EMPTCP_NEXT 0x100
#define EMPTCP_FAIL 0x102
#define EMPTCP_SOCK_OK 1

static const char emptcp_license[] SEC("license") __attribute__((used)) = "GPL";

const volatile __u32 emptcp_next = 0;
const volatile __u32 emptcp_param_off = EMPTCP_ROW_HEADER;
const volatile __u32 emptcp_position = 0;

/* What a socket knows of its chain. */
struct emptcp_sock_state {
	__u32 row;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct emptcp_sock_state);
} emptcp_sockets SEC(".maps");

/* The row of the socket's chain, counted; NULL when it has none. */
static __always_inline struct emptcp_row *emptcp_sock_begin(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct emptcp_sock_state *state;
	struct emptcp_row *row;

	if (!sk)
		return NULL;
	state = bpf_sk_storage_get(&emptcp_sockets, sk, NULL, 0);
	if (!state)
		return NULL;
	row = bpf_map_lookup_elem(&emptcp_rows, &state->row);
	if (!row)
		return NULL;
	emptcp_count_step(row->stats + emptcp_position);
	return row;
}

/* Defines the socket actor `name`; the body has `ctx` and `params` and returns EMPTCP_NEXT or EMPTCP_FAIL. */
#define EMPTCP_SOCK_ACTOR(name, ptype)                                                                      \
	_Static_assert(sizeof(ptype) <= EMPTCP_ROW_MAX - EMPTCP_ROW_HEADER,                                 \
		       "parameters of " #name " fit a row");                                                \
	static const struct {                                                                               \
		__u32 abi;                                                                                  \
		__u32 kind;                                                                                 \
		ptype params;                                                                               \
	} emptcp_module SEC(".emptcp") __attribute__((used)) = {                                            \
		.abi = EMPTCP_ABI,                                                                          \
		.kind = EMPTCP_KIND_SOCK_ACTOR,                                                             \
	};                                                                                                  \
	static __always_inline int name##__impl(struct bpf_sock_ops *ctx, const ptype *params);             \
	__hidden __noinline int name##__body(struct bpf_sock_ops *ctx, const ptype *params)                 \
	{                                                                                                   \
		return name##__impl(ctx, params);                                                           \
	}                                                                                                   \
	SEC("sockops") int name(struct bpf_sock_ops *ctx)                                                   \
	{                                                                                                   \
		struct emptcp_row *row = emptcp_sock_begin(ctx);                                            \
                                                                                                            \
		if (row && name##__impl(ctx, (void *)row + emptcp_param_off) == EMPTCP_NEXT && emptcp_next) \
			bpf_tail_call(ctx, &emptcp_steps, emptcp_next);                                     \
		return EMPTCP_SOCK_OK;                                                                      \
	}                                                                                                   \
	static __always_inline int name##__impl(struct bpf_sock_ops *ctx, const ptype *params)

#endif
