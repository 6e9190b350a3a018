// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counters of what went wrong in the machinery: emptcp_counters, index enum emptcp_counter. */
#ifndef EMPTCP_COUNTER_BPF_H
#define EMPTCP_COUNTER_BPF_H

#include "abi.bpf.h"
#include "hook.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMPTCP_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} emptcp_counters SEC(".maps");

static __always_inline void emptcp_count(__u32 counter)
{
	__u64 *count = bpf_map_lookup_elem(&emptcp_counters, &counter);

	if (count)
		(*count)++;
}

#endif
