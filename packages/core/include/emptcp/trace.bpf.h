// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Tracing: what each program does with a traced packet goes to user space, one record for each hop. A record is
 * made up in a per-CPU map around the body and sent when the body has returned.
 */
#ifndef EMPTCP_TRACE_BPF_H
#define EMPTCP_TRACE_BPF_H

#include "counter.bpf.h"
#include "packet.bpf.h"

#define EMPTCP_TRACE_CAPTURE 256
#define EMPTCP_TRACE_NONE 0xffffffff /* no policy */
/* A body that clones its packet runs other chains within: two packets of one CPU can be under way. */
#define EMPTCP_TRACE_LEVELS 2
#define EMPTCP_TRACE_STALE 1000000000ULL /* ns after which a body that began has not ended, but gone */

const volatile __u32 emptcp_trace = 0; /* tell packets that match the filter */

/* Results of a hop besides those of bodies. */
#define EMPTCP_HOP_CHAIN 0x200 /* a policy matched, its chain begins */
#define EMPTCP_HOP_NONE 0x201 /* no policy matches */
#define EMPTCP_HOP_MISSED 0x202 /* the next program was not there */
#define EMPTCP_HOP_GOES_ON 0x203 /* as the final verdict: another program follows */

#define EMPTCP_HOP_ENTRY 0
#define EMPTCP_HOP_STEP 1

#ifdef EMPTCP_HOOK_XDP
#define EMPTCP_HOOK_NUMBER 0
#elif defined(EMPTCP_HOOK_TC_INGRESS)
#define EMPTCP_HOOK_NUMBER 1
#else
#define EMPTCP_HOOK_NUMBER 2
#endif

/* A record: this header, then the bytes captured before and those captured after. Host byte order. */
struct emptcp_hop {
	__u64 packet; /* CPU in the upper 16 bits, then a number */
	__u64 time_ns; /* bpf_ktime_get_boot_ns at the begin */
	__u64 body_ns;
	__u32 generation;
	__u32 policy;
	__u32 rule;
	__u32 slot;
	__s32 result;
	__s32 final;
	__u32 before; /* length of the packet */
	__u32 after;
	__u16 captured_before;
	__u16 captured_after;
	__u16 port;
	__u8 hook;
	__u8 at;
};

_Static_assert(sizeof(struct emptcp_hop) == 64, "record of a hop");

struct emptcp_trace_level {
	struct emptcp_hop hop;
	__u8 bytes[2 * EMPTCP_TRACE_CAPTURE];
	__u64 packet;
	__u32 generation;
	__u32 capture;
	__u32 port;
	__u32 spare;
};

struct emptcp_trace_cpu {
	__u64 packets; /* how many were traced here */
	__u64 seen; /* how many matched here, for samples */
	__u32 depth; /* bodies that run on a traced packet */
	__u32 spare;
	struct emptcp_trace_level level[EMPTCP_TRACE_LEVELS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct emptcp_trace_cpu);
} emptcp_trace_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} emptcp_trace_ring SEC(".maps");

static __always_inline struct emptcp_trace_cpu *emptcp_trace_of(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&emptcp_trace_cpu, &zero);
}

/* Copies the packet's first bytes behind the `off` bytes that are there; how many. */
static __always_inline __u32 emptcp_trace_capture(struct emptcp_ctx *ctx, struct emptcp_trace_level *level,
						  __u32 off, __u32 length)
{
	__u32 n = level->capture < length ? level->capture : length;

	asm volatile("" : "+r"(n));
	if (n == 0 || n > EMPTCP_TRACE_CAPTURE || off > EMPTCP_TRACE_CAPTURE)
		return 0;
	return emptcp_load(ctx, 0, &level->bytes[off], n) ? 0 : n;
}

/* Masked, and not compared alone, so that the verifier keeps track of it. */
static __always_inline struct emptcp_trace_level *emptcp_trace_at(struct emptcp_trace_cpu *cpu, __u32 depth)
{
	asm volatile("" : "+r"(depth));
	return &cpu->level[depth & (EMPTCP_TRACE_LEVELS - 1)];
}

/* The level of the packet that is handled now, NULL when there are too many; heals after a body that vanished. */
static __always_inline struct emptcp_trace_level *emptcp_trace_level(struct emptcp_trace_cpu *cpu, __u64 now)
{
	__u32 depth = cpu->depth;

	if (depth && now - cpu->level[0].hop.time_ns > EMPTCP_TRACE_STALE)
		cpu->depth = depth = 0;
	return depth < EMPTCP_TRACE_LEVELS ? emptcp_trace_at(cpu, depth) : NULL;
}

/* Begins the record of a hop. */
static __always_inline void emptcp_hop_begin(struct emptcp_ctx *ctx, struct emptcp_trace_level *level,
					     __u64 now, __u8 at)
{
	struct emptcp_hop *hop = &level->hop;

	hop->packet = level->packet;
	hop->generation = level->generation;
	hop->port = level->port;
	hop->hook = EMPTCP_HOOK_NUMBER;
	hop->at = at;
	hop->rule = 0;
	hop->slot = 0;
	hop->before = emptcp_packet_length(ctx);
	hop->captured_before = emptcp_trace_capture(ctx, level, 0, hop->before);
	hop->time_ns = now;
	hop->body_ns = bpf_ktime_get_boot_ns(); /* until the end: when the body began */
}

/* Sends the record. */
static __always_inline void emptcp_hop_send(struct emptcp_trace_level *level, int result, int final)
{
	struct emptcp_hop *hop = &level->hop;
	__u32 size = (__u32)hop->captured_before + hop->captured_after;

	hop->result = result;
	hop->final = final;
	asm volatile("" : "+r"(size));
	if (size > sizeof(level->bytes))
		return;
	if (bpf_ringbuf_output(&emptcp_trace_ring, hop, sizeof(*hop) + size, 0))
		emptcp_count(EMPTCP_COUNT_TRACE_LOST);
}

/*
 * Before a body, on a traced packet. Not inlined: what it leaves in registers would let the verifier walk the
 * body twice.
 */
static __noinline int emptcp_trace_body(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
	struct emptcp_trace_cpu *cpu = emptcp_trace_of();
	__u64 now = bpf_ktime_get_boot_ns();
	struct emptcp_trace_level *level;

	if (!cpu)
		return 0;
	level = emptcp_trace_level(cpu, now);
	cpu->depth++;
	if (!level) {
		emptcp_count(EMPTCP_COUNT_TRACE_LOST);
		return 0;
	}
	emptcp_hop_begin(ctx, level, now, EMPTCP_HOP_STEP);
	level->hop.slot = pkt->slot;
	level->hop.policy = pkt->policy;
	level->hop.body_ns = bpf_ktime_get_boot_ns();
	return 0;
}

/* After the body. */
static __always_inline void emptcp_trace_end(struct emptcp_ctx *ctx, int result, int final)
{
	struct emptcp_trace_cpu *cpu = emptcp_trace_of();
	__u64 now = bpf_ktime_get_boot_ns();
	struct emptcp_trace_level *level;
	__u32 depth;

	if (!cpu || !cpu->depth)
		return;
	depth = --cpu->depth;
	if (depth >= EMPTCP_TRACE_LEVELS)
		return;
	level = emptcp_trace_at(cpu, depth);
	level->hop.body_ns = now - level->hop.body_ns;
	level->hop.after = emptcp_packet_length(ctx);
	level->hop.captured_after =
		emptcp_trace_capture(ctx, level, level->hop.captured_before, level->hop.after);
	emptcp_hop_send(level, result, final);
}

/* After the hop was told: where it should have led, there was nothing. */
static __always_inline void emptcp_trace_missed(int final)
{
	struct emptcp_trace_cpu *cpu = emptcp_trace_of();
	struct emptcp_trace_level *level = cpu ? emptcp_trace_level(cpu, bpf_ktime_get_boot_ns()) : NULL;

	if (!level)
		return;
	level->hop.captured_before = level->hop.captured_after = 0;
	level->hop.body_ns = 0;
	emptcp_hop_send(level, EMPTCP_HOP_MISSED, final);
}

#endif
