// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps of whatever runs as a step, with a packet or with a socket: next programs, rows, packet counters. */
#ifndef EMPTCP_CHAIN_MAPS_BPF_H
#define EMPTCP_CHAIN_MAPS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EMPTCP_STEPS);
	__type(key, __u32);
	__type(value, __u32);
} emptcp_steps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, EMPTCP_ROW_MAX);
} emptcp_rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMPTCP_STEP_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} emptcp_step_count SEC(".maps");

/* Counts a packet, or what a socket did, for the step with counter `slot`. */
static __always_inline void emptcp_count_step(__u32 slot)
{
	__u64 *count = bpf_map_lookup_elem(&emptcp_step_count, &slot);

	if (count)
		(*count)++;
}

#endif
