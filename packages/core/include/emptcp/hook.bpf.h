// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The place a program runs at. One source serves every hook: the build compiles it once for each with
 * EMPTCP_HOOK_XDP, EMPTCP_HOOK_TC_INGRESS or EMPTCP_HOOK_TC_EGRESS defined.
 */
#ifndef EMPTCP_HOOK_BPF_H
#define EMPTCP_HOOK_BPF_H

#include <stddef.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#if defined(EMPTCP_HOOK_XDP)
#define emptcp_ctx xdp_md
#define EMPTCP_SEC "xdp.frags"
#define EMPTCP_PASS XDP_PASS
#define EMPTCP_DROP XDP_DROP
#define EMPTCP_REDIRECT XDP_REDIRECT
#elif defined(EMPTCP_HOOK_TC_INGRESS) || defined(EMPTCP_HOOK_TC_EGRESS)
#define EMPTCP_HOOK_TC
#define emptcp_ctx __sk_buff
#define EMPTCP_SEC "tc"
#define EMPTCP_PASS TC_ACT_UNSPEC
#define EMPTCP_DROP TC_ACT_SHOT
#define EMPTCP_REDIRECT TC_ACT_REDIRECT
#else
#error "define EMPTCP_HOOK_XDP, EMPTCP_HOOK_TC_INGRESS or EMPTCP_HOOK_TC_EGRESS"
#endif

/* What a body returns besides a verdict; outside the range of every hook's verdicts. */
#define EMPTCP_NEXT 0x100 /* hand on to the next step */
#define EMPTCP_AGAIN 0x101 /* match again on what is now the outermost packet */
#define EMPTCP_FAIL 0x102 /* the step could not do its work: the policy's onError decides */

/* What a selector returns. */
#define EMPTCP_MISS 0
#define EMPTCP_KEY 1

/* Licence of every object; the kernel asks for one and the linker for identical ones. */
static const char emptcp_license[] SEC("license") __attribute__((used)) = "GPL";

/* Length of the whole packet in bytes, fragments of the buffer included. */
static __always_inline __u32 emptcp_packet_length(struct emptcp_ctx *ctx)
{
#ifdef EMPTCP_HOOK_XDP
	return bpf_xdp_get_buff_len(ctx);
#else
	return ctx->len;
#endif
}

/* Index of the interface that the packet comes in by, or leaves by. */
static __always_inline __u32 emptcp_ifindex(struct emptcp_ctx *ctx)
{
#ifdef EMPTCP_HOOK_XDP
	return ctx->ingress_ifindex;
#else
	return ctx->ifindex;
#endif
}

/*
 * Reads a packet pointer of the context. In C the field is a 32-bit number, and clang may move it through a
 * 32-bit register, where the verifier loses the pointer.
 */
#define EMPTCP_CTX_POINTER(ctx, field)                                             \
	({                                                                         \
		void *pointer_;                                                    \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                              \
			     : "=r"(pointer_)                                      \
			     : "r"(ctx), "i"(offsetof(struct emptcp_ctx, field))); \
		pointer_;                                                          \
	})

/* First byte of the packet, and the byte after the last one that pointers may reach. */
static __always_inline void *emptcp_data(struct emptcp_ctx *ctx)
{
	return EMPTCP_CTX_POINTER(ctx, data);
}

static __always_inline void *emptcp_data_end(struct emptcp_ctx *ctx)
{
	return EMPTCP_CTX_POINTER(ctx, data_end);
}

/* Length in bytes of the part of the packet that pointers may reach. */
static __always_inline __u32 emptcp_linear_length(struct emptcp_ctx *ctx)
{
	return emptcp_data_end(ctx) - emptcp_data(ctx);
}

/*
 * `len`, which the caller knows to be from 1 to `max`, so that the verifier of Linux 6.1 knows it, too: it does not learn from
 * `len != 0` that `len` is at least 1.
 */
static __always_inline __u32 emptcp_at_least_one(__u32 len, __u32 max)
{
	__u64 rest = (__u32)(len - 1);

	barrier_var(rest);
	if (rest >= max)
		rest = 0;
	barrier_var(rest); /* the sum comes after the comparison */
	return rest + 1;
}

/*
 * Copies `len` bytes at `off` of the packet to `to`; 0 or a negative error. The verifier must see that `len` is
 * at least 1 and fits what `to` points to.
 */
static __always_inline long emptcp_load(struct emptcp_ctx *ctx, __u32 off, void *to, __u32 len)
{
#ifdef EMPTCP_HOOK_XDP
	return bpf_xdp_load_bytes(ctx, off, to, len);
#else
	return bpf_skb_load_bytes(ctx, off, to, len);
#endif
}

/* Copies `len` bytes from `from` to `off` of the packet; invalidates packet pointers. */
static __always_inline long emptcp_store(struct emptcp_ctx *ctx, __u32 off, void *from, __u32 len)
{
#ifdef EMPTCP_HOOK_XDP
	return bpf_xdp_store_bytes(ctx, off, from, len);
#else
	return bpf_skb_store_bytes(ctx, off, from, len, 0);
#endif
}

#endif
