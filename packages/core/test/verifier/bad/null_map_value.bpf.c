// SPDX-License-Identifier: GPL-2.0-only
/* Takes it for granted that a map has the key. */
#include <emptcp/actor.bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

EMPTCP_ACTOR0(null_map_value)
{
	__u32 key = 1;
	__u64 *count = bpf_map_lookup_elem(&seen, &key);

	*count += 1; /* here */
	return EMPTCP_NEXT;
}
