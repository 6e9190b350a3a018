// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the author of a selector includes.
 *
 *	struct key { __be16 sport, dport; };
 *
 *	EMPTCP_SELECTOR(port, struct key)
 *	{
 *		...
 *		key->sport = ...;
 *		return EMPTCP_KEY;
 *	}
 *
 * The body has `ctx`, `pkt` and `key` (and `key6`, the same memory, when IPv6 packets leave another key) in
 * scope and returns EMPTCP_KEY or EMPTCP_MISS. It changes nothing. Addresses and ports in keys are as on the
 * wire; what the body does not write is not compared. Core links the body into the entry; the program around
 * it serves tests.
 *
 *	packet.bpf.h	emptcp_ip4, emptcp_ip6, emptcp_tcp, emptcp_udp: headers, or NULL; emptcp_at: other bytes
 *	address.bpf.h	emptcp_addresses: both families at once
 *
 * Further headers are included by name: tcpopt.bpf.h and mptcp.bpf.h (options), payload.bpf.h, csum.bpf.h,
 * draw.bpf.h (chance).
 */
#ifndef EMPTCP_SELECTOR_BPF_H
#define EMPTCP_SELECTOR_BPF_H

#include "address.bpf.h"
#include "module.bpf.h"
#include "parse.bpf.h"

#define EMPTCP_KEY_SIZE (EMPTCP_KEY_WORDS * 4)

struct emptcp_key {
	__u8 bytes[EMPTCP_KEY_SIZE];
};

/* The key that the selector's own program found. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct emptcp_key);
} emptcp_key SEC(".maps");

#define EMPTCP_SELECTOR_PROGRAM(name)                                             \
	SEC(EMPTCP_SEC) int name(struct emptcp_ctx *ctx)                          \
	{                                                                         \
		struct emptcp_pkt pkt = {};                                       \
		__u32 zero = 0;                                                   \
		struct emptcp_key *key = bpf_map_lookup_elem(&emptcp_key, &zero); \
                                                                                  \
		if (!key)                                                         \
			return EMPTCP_MISS;                                       \
		emptcp_parse(ctx, &pkt, false);                                   \
		return name##__body(ctx, &pkt, key);                              \
	}

/* Defines the selector `name` whose key is a `ktype` for every family. */
#define EMPTCP_SELECTOR(name, ktype)                                                                         \
	_Static_assert(sizeof(ktype) <= EMPTCP_KEY_SIZE, "key of " #name " fits");                           \
	EMPTCP_MODULE(EMPTCP_KIND_SELECTOR, ktype key;);                                                     \
	static __always_inline int name##__impl(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, ktype *key); \
	__hidden __noinline int name##__body(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, void *key)      \
	{                                                                                                    \
		return name##__impl(ctx, pkt, key);                                                          \
	}                                                                                                    \
	EMPTCP_SELECTOR_PROGRAM(name)                                                                        \
	static __always_inline int name##__impl(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, ktype *key)

/* Defines the selector `name` whose key is a `ktype` for IPv4 packets and a `ktype6` for IPv6 packets. */
#define EMPTCP_SELECTOR2(name, ktype, ktype6)                                                               \
	_Static_assert(sizeof(ktype) <= EMPTCP_KEY_SIZE && sizeof(ktype6) <= EMPTCP_KEY_SIZE,               \
		       "key of " #name " fits");                                                            \
	EMPTCP_MODULE(EMPTCP_KIND_SELECTOR, ktype key; ktype6 key6;);                                       \
	static __always_inline int name##__impl(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, ktype *key, \
						ktype6 *key6);                                              \
	__hidden __noinline int name##__body(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, void *key)     \
	{                                                                                                   \
		return name##__impl(ctx, pkt, key, key);                                                    \
	}                                                                                                   \
	EMPTCP_SELECTOR_PROGRAM(name)                                                                       \
	static __always_inline int name##__impl(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, ktype *key, \
						ktype6 *key6)

struct emptcp_no_key {};

/* Defines a selector without a key: it only says whether a packet is of its kind. */
#define EMPTCP_SELECTOR0(name) EMPTCP_SELECTOR(name, struct emptcp_no_key)

#endif
