// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Refusals: a step that leaves a packet as it was says why, per step and reason. */
#ifndef EMPTCP_REFUSE_BPF_H
#define EMPTCP_REFUSE_BPF_H

#include "packet.bpf.h"

enum emptcp_refused {
	EMPTCP_REFUSED_NONE,
	EMPTCP_REFUSED_NO_ROOM, /* more than 40 bytes of TCP options, or no memory to grow into */
	EMPTCP_REFUSED_GSO, /* the packet stands for several on the wire */
	EMPTCP_REFUSED_PARTIAL, /* the checksum is finished later, by offsets that would move */
	EMPTCP_REFUSED_MTU, /* the packet would exceed the interface's MTU */
	EMPTCP_REFUSED_NOT_LINEAR, /* headers lie outside what pointers reach */
	EMPTCP_REFUSED_NO_STATE, /* nothing is known about the flow yet */
	EMPTCP_REFUSED_FULL, /* a map has no room */
	EMPTCP_REFUSED_LATER, /* not on this packet: a later one will do */
	EMPTCP_REFUSED_MALFORMED, /* TCP options with a length below 2 or beyond the header */
	EMPTCP_REFUSED_FRAGMENT, /* a fragment's length cannot change */
	EMPTCP_REFUSED_PROTECTED, /* a SYN with MP_CAPABLE, which is never dropped */
	EMPTCP_REFUSED_MODULE = 64, /* first reason that a module may define */
};

struct emptcp_refusal {
	__u32 slot;
	__u32 reason;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct emptcp_refusal);
	__type(value, __u64);
} emptcp_refusals SEC(".maps");

/* Counts a refusal of the running step; `reason` is EMPTCP_REFUSED_* or EMPTCP_REFUSED_MODULE + n. */
static __noinline void emptcp_refuse_slot(__u32 slot, __u32 reason)
{
	struct emptcp_refusal key = { .slot = slot, .reason = reason };
	__u64 *count = bpf_map_lookup_elem(&emptcp_refusals, &key);
	__u64 one = 1;

	if (count)
		(*count)++;
	else
		bpf_map_update_elem(&emptcp_refusals, &key, &one, BPF_ANY);
}

static __always_inline void emptcp_refuse(const struct emptcp_pkt *pkt, enum emptcp_refused reason)
{
	emptcp_refuse_slot(pkt->slot, reason);
}

#endif
