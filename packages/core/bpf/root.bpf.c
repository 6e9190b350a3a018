// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The program that stays attached: it hands every packet to the entry of the committed generation. */
#include <emptcp/counter.bpf.h>
#include <emptcp/state.bpf.h>

#define EMPTCP_ACTIVE_BYPASS (1 << 16)

const volatile __u32 emptcp_port = 0; /* number of the attachment, below EMPTCP_PORTS */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
} emptcp_active SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, EMPTCP_PROGRAM_SETS *EMPTCP_PORTS);
	__type(key, __u32);
	__type(value, __u32);
} emptcp_entries SEC(".maps");

/*
 * Jumps to the port's entry of program set `n`. The index is a constant for the verifier, so the kernel makes
 * the jump a direct one; the comment keeps clang from merging the jumps into a single indirect one.
 */
#define EMPTCP_ENTER(n)                                                                   \
	case n:                                                                           \
		asm volatile("r1 = %[ctx]; r2 = %[map]; r3 = %[slot]; call 12; # set " #n \
			     :                                                            \
			     : [ctx] "r"(ctx), [map] "r"(&emptcp_entries),                \
			       [slot] "r"(n * EMPTCP_PORTS + emptcp_port)                 \
			     : "r0", "r1", "r2", "r3", "r4", "r5", "memory");             \
		break;

SEC(EMPTCP_SEC) int root(struct emptcp_ctx *ctx)
{
	__u32 zero = 0;
	__u64 *active = bpf_map_lookup_elem(&emptcp_active, &zero);
	struct emptcp_state state = {};
	__u64 cell;

	if (!active)
		return EMPTCP_PASS;
	cell = *(volatile __u64 *)active;
	if (cell & EMPTCP_ACTIVE_BYPASS)
		return EMPTCP_PASS;
	state.row = (cell >> 8 & 1) | emptcp_port << EMPTCP_ENTER_PORT_SHIFT;
	if (emptcp_state_write(ctx, &state))
		return EMPTCP_PASS;
	switch (cell & (EMPTCP_PROGRAM_SETS - 1)) {
		EMPTCP_ENTER(0)
		EMPTCP_ENTER(1)
		EMPTCP_ENTER(2)
		EMPTCP_ENTER(3)
		EMPTCP_ENTER(4)
		EMPTCP_ENTER(5)
		EMPTCP_ENTER(6)
		EMPTCP_ENTER(7)
	}
	emptcp_count(EMPTCP_COUNT_ROOT_MISSED);
	return EMPTCP_PASS;
}
