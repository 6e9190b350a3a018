// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes every round of a test run another packet: writes a flow out of `bench_flows` and a window into the
 * frame and jumps to the program that is measured. `lookup` is the bare look-up of such a flow; `lookup_then`
 * puts flow 0 in its place, as the looked-up value says, and jumps on: what is found decides how to go on, as
 * it does behind every match.
 */
#include "frame.bpf.h"

const volatile __u32 bench_flows = 1; /* flows to draw from; 1: always the same */
const volatile __u32 bench_ports = 0; /* flows differ in ports, too (subflow) */
const volatile __u16 bench_window = 0; /* window and checksum to begin with */
const volatile __u16 bench_check = 0;

struct bench_key {
	__be32 src;
	__be32 dst;
	__be16 sport;
	__be16 dport;
};

struct bench_value {
	__u64 words[5];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} bench_random SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} bench_next SEC(".maps");

/* Key size is set by the bench: 8 bytes for pairs of addresses, 12 with ports. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(struct bench_key));
	__uint(value_size, sizeof(struct bench_value));
} bench_table SEC(".maps");

/* Next number of a sequence that meets every 32-bit number but 0 (Marsaglia's xorshift). */
static __always_inline __u32 bench_draw(void)
{
	__u32 zero = 0, x;
	__u32 *state = bpf_map_lookup_elem(&bench_random, &zero);

	if (!state)
		return 0;
	x = *state ?: 1;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*state = x;
	return x;
}

SEC(EMPTCP_SEC) int flow(struct emptcp_ctx *ctx)
{
	__u32 n = (__u64)bench_draw() * bench_flows >> 32;
	struct bench_frame *frame = bench_frame(ctx);

	if (!frame)
		return EMPTCP_PASS;
	frame->ip.saddr = bpf_htonl(0x0a000000 | n);
	if (bench_ports)
		frame->tcp.source = bpf_htons(1024 + (n & 0x3fff));
	frame->tcp.window = bench_window;
	frame->tcp.check = bench_check;
	bpf_tail_call(ctx, &bench_next, 0);
	return EMPTCP_PASS;
}

SEC(EMPTCP_SEC) int lookup(struct emptcp_ctx *ctx)
{
	struct bench_frame *frame = bench_frame(ctx);
	struct bench_key key;

	if (!frame)
		return EMPTCP_PASS;
	key.src = frame->ip.saddr;
	key.dst = frame->ip.daddr;
	key.sport = frame->tcp.source;
	key.dport = frame->tcp.dest;
	return bpf_map_lookup_elem(&bench_table, &key) ? EMPTCP_PASS : EMPTCP_DROP;
}

SEC(EMPTCP_SEC) int lookup_then(struct emptcp_ctx *ctx)
{
	struct bench_frame *frame = bench_frame(ctx);
	struct bench_value *value;
	struct bench_key key;

	if (!frame)
		return EMPTCP_PASS;
	key.src = frame->ip.saddr;
	key.dst = frame->ip.daddr;
	key.sport = frame->tcp.source;
	key.dport = frame->tcp.dest;
	value = bpf_map_lookup_elem(&bench_table, &key);
	if (!value)
		return EMPTCP_DROP;
	frame->ip.saddr = bpf_htonl(0x0a000000 | (__u32)value->words[0]);
	if (bench_ports)
		frame->tcp.source = bpf_htons(1024 + (value->words[0] & 0x3fff));
	bpf_tail_call(ctx, &bench_next, 0);
	return EMPTCP_PASS;
}
