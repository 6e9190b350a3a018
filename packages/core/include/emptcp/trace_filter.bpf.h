// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which packets are traced: the entry looks at the parsed packet, once for each packet and before any policy. */
#ifndef EMPTCP_TRACE_FILTER_BPF_H
#define EMPTCP_TRACE_FILTER_BPF_H

#include "match.bpf.h"
#include "probe.bpf.h"

#define EMPTCP_TRACE_PROTOS 2
#define EMPTCP_TRACE_CPU_SHIFT 48

/* One end; an all-zero mask and the ports 0 to 65535 match everything. */
struct emptcp_trace_end {
	__u32 address[4]; /* as on the wire, IPv4 as ::ffff:a.b.c.d */
	__u32 mask[4];
	__u16 from; /* host order */
	__u16 to;
};

struct emptcp_trace_filter {
	__u64 until; /* bpf_ktime_get_boot_ns: the reader puts it off while it lives */
	__s64 remaining; /* packets still to trace */
	__u32 sample; /* one in so many, 0 and 1: all */
	__u32 capture; /* bytes of each packet */
	__u16 proto[EMPTCP_TRACE_PROTOS];
	__u8 enabled;
	__u8 protos; /* how many of `proto` count, 0: any protocol */
	__u8 family; /* 0: any, 4, 6 */
	__u8 both; /* either end may be the source */
	struct emptcp_trace_end a, b;
};

_Static_assert(sizeof(struct emptcp_trace_filter) == 104, "trace filter");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct emptcp_trace_filter);
} emptcp_trace_filter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} emptcp_active SEC(".maps");

/* The two ends of a packet. */
struct emptcp_trace_ends {
	__u32 address[2][4];
	__u16 port[2];
	bool ported;
	__u8 proto;
};

static __always_inline bool emptcp_trace_ends_of(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						 struct emptcp_trace_ends *ends)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip4;
	__be16 *ports;

	if ((ip4 = emptcp_ip4(ctx, pkt))) {
		ends->address[0][2] = ends->address[1][2] = bpf_htonl(0xffff);
		ends->address[0][3] = ip4->saddr;
		ends->address[1][3] = ip4->daddr;
		ends->proto = ip4->protocol;
	} else if ((ip6 = emptcp_ip6(ctx, pkt))) {
		__builtin_memcpy(ends->address, &ip6->saddr, sizeof(ends->address));
		ends->proto = ip6->nexthdr;
	} else {
		return false;
	}
	if (emptcp_has_tcp(pkt))
		ends->proto = IPPROTO_TCP;
	else if (emptcp_has_udp(pkt))
		ends->proto = IPPROTO_UDP;
	else if (emptcp_l4(pkt) == EMPTCP_L4_ICMPV6)
		ends->proto = IPPROTO_ICMPV6;
	ports = emptcp_has_tcp(pkt) || emptcp_has_udp(pkt) ? emptcp_at(ctx, pkt->l4, 4) : NULL;
	if (ports) {
		ends->ported = true;
		ends->port[0] = bpf_ntohs(ports[0]);
		ends->port[1] = bpf_ntohs(ports[1]);
	}
	return true;
}

static __always_inline bool emptcp_trace_end_is(const struct emptcp_trace_end *end,
						const struct emptcp_trace_ends *ends, const int n)
{
	__u32 differ = 0;

	for (int i = 0; i < 4; i++)
		differ |= (ends->address[n][i] & end->mask[i]) ^ end->address[i];
	if (differ)
		return false;
	if (end->from == 0 && end->to == 65535)
		return true;
	return ends->ported && ends->port[n] >= end->from && ends->port[n] <= end->to;
}

static __always_inline bool emptcp_trace_matches(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						 const struct emptcp_trace_filter *f)
{
	struct emptcp_trace_ends ends = {};

	if (f->family && !(f->family == 4 ? emptcp_has_ip4(pkt) : emptcp_has_ip6(pkt)))
		return false;
	if (!emptcp_trace_ends_of(ctx, pkt, &ends)) /* no addresses: only what asks for none */
		return !f->protos && !f->a.mask[0] && !f->b.mask[0] && f->a.from == 0 && f->a.to == 65535 &&
		       f->b.from == 0 && f->b.to == 65535;
	if (f->protos && f->proto[0] != ends.proto && (f->protos < 2 || f->proto[1] != ends.proto))
		return false;
	if (emptcp_trace_end_is(&f->a, &ends, 0) && emptcp_trace_end_is(&f->b, &ends, 1))
		return true;
	return f->both && emptcp_trace_end_is(&f->a, &ends, 1) && emptcp_trace_end_is(&f->b, &ends, 0);
}

/* Whether this packet is one of those to trace, which takes one off what remains. */
static __always_inline bool emptcp_trace_wanted(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
						struct emptcp_trace_filter *f, struct emptcp_trace_cpu *cpu,
						__u64 *now)
{
	if (!f->enabled || !emptcp_trace_matches(ctx, pkt, f))
		return false;
	if (f->sample > 1 && cpu->seen++ % f->sample)
		return false;
	if (f->remaining <= 0 || __sync_fetch_and_add(&f->remaining, -1) <= 0)
		return false;
	*now = bpf_ktime_get_boot_ns();
	if (*now < f->until)
		return true;
	emptcp_count(EMPTCP_COUNT_TRACE_LOST); /* the reader is gone, or asleep */
	return false;
}

/*
 * Decides whether the packet is traced, and if so begins the record of its match. Not inlined: what it leaves in
 * registers would let the verifier walk all of matching twice.
 */
static __noinline int emptcp_trace_select(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					  struct emptcp_match *m, __u32 port)
{
	struct emptcp_trace_cpu *cpu = emptcp_trace_of();
	struct emptcp_trace_filter *filter;
	struct emptcp_trace_level *level;
	__u32 zero = 0;
	__u64 now = 0, *active;

	if (!cpu)
		return 0;
	if (pkt->flags & EMPTCP_PKT_TRACED) {
		now = bpf_ktime_get_boot_ns();
		level = emptcp_trace_level(cpu, now);
	} else {
		filter = bpf_map_lookup_elem(&emptcp_trace_filter, &zero);
		if (m->after || !filter || !emptcp_trace_wanted(ctx, pkt, filter, cpu, &now))
			return 0;
		level = emptcp_trace_level(cpu, now);
		active = bpf_map_lookup_elem(&emptcp_active, &zero);
		if (level && active) {
			__u64 cell = *(volatile __u64 *)active;

			level->packet =
				(__u64)bpf_get_smp_processor_id() << EMPTCP_TRACE_CPU_SHIFT | ++cpu->packets;
			/* A switch since the root has read the cell shows in the bank. */
			level->generation = (cell >> 32) - ((cell >> 8 & 1) != m->bank);
			level->port = port;
			level->capture = filter->capture;
		}
	}
	if (!level) {
		emptcp_count(EMPTCP_COUNT_TRACE_LOST);
		return 0;
	}
	emptcp_hop_begin(ctx, level, now, EMPTCP_HOP_ENTRY);
	m->traced = EMPTCP_PKT_TRACED;
	return 0;
}

/* Sends the record of the match; `rule` is NULL when nothing matches. */
static __always_inline void emptcp_trace_matched(const struct emptcp_rule *rule, int result, int final)
{
	struct emptcp_trace_cpu *cpu = emptcp_trace_of();
	__u64 now = bpf_ktime_get_boot_ns();
	struct emptcp_trace_level *level = cpu ? emptcp_trace_level(cpu, now) : NULL;

	if (!level)
		return;
	level->hop.body_ns = now - level->hop.body_ns;
	level->hop.policy = rule ? rule->policy : EMPTCP_TRACE_NONE;
	level->hop.rule = rule ? rule->id : 0;
	level->hop.after = level->hop.before;
	level->hop.captured_after = 0;
	emptcp_hop_send(level, result, final);
}

#endif
