// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Time of steps and entries, of one packet in emptcp_profile. Kept in a map between begin and end: the
 * verifier does not follow what is written there, so it walks a body once and not once for each of both.
 */
#ifndef EMPTCP_PROFILE_BPF_H
#define EMPTCP_PROFILE_BPF_H

#include "abi.bpf.h"
#include "hook.bpf.h"

const volatile __u32 emptcp_profile = 0; /* one packet in so many, a power of two; 0: none */

struct emptcp_time {
	__u64 ns; /* of those that were timed, in all */
	__u64 samples;
	__u64 packets;
	__u64 started; /* 0: the packet is not timed */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMPTCP_STEP_COUNTERS);
	__type(key, __u32);
	__type(value, struct emptcp_time);
} emptcp_step_time SEC(".maps");

/* By number of the group. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMPTCP_GROUPS);
	__type(key, __u32);
	__type(value, struct emptcp_time);
} emptcp_entry_time SEC(".maps");

/* Starts the clock; two readings in a row tell what one costs. */
static __always_inline void emptcp_time_begin(struct emptcp_time *time)
{
	__u64 first, second;

	if (!time)
		return;
	time->started = 0;
	if (++time->packets & (emptcp_profile - 1))
		return;
	first = bpf_ktime_get_ns();
	second = bpf_ktime_get_ns();
	time->started = second + (second - first);
}

static __always_inline void emptcp_time_end(struct emptcp_time *time)
{
	if (!time || !time->started)
		return;
	time->ns += bpf_ktime_get_ns() - time->started;
	time->samples++;
}

#endif
