// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fields: up to 8 bytes that modules of one chain hand on with the packet. EMPTCP_FIELD(name) declares one;
 * core sets where it lies.
 */
#ifndef EMPTCP_FIELD_BPF_H
#define EMPTCP_FIELD_BPF_H

#include "state.bpf.h"

/* Declares a field of `size` bytes (1, 2, 4); core sets emptcp_field_<name> to its first byte. */
#define EMPTCP_FIELD(name, size)                     \
	const volatile __u8 emptcp_field_##name = 0; \
	static const __u8 emptcp_field_size_##name = size

static __always_inline __u64 emptcp_fields_get(struct emptcp_ctx *ctx, __u8 offset, __u8 size)
{
	struct emptcp_state state;

	if (emptcp_state_read(ctx, &state))
		return 0;
	return state.fields >> (offset & 7) * 8 & ((1ULL << size * 8) - 1);
}

static __always_inline void emptcp_fields_set(struct emptcp_ctx *ctx, __u8 offset, __u8 size, __u64 value)
{
	__u64 mask = ((1ULL << size * 8) - 1) << (offset & 7) * 8;
	struct emptcp_state state;

	if (emptcp_state_read(ctx, &state))
		return;
	state.fields = (state.fields & ~mask) | (value << (offset & 7) * 8 & mask);
	emptcp_state_write(ctx, &state);
}

/* Value of a field that an earlier step set, 0 when none did. */
#define emptcp_field_get(ctx, name) emptcp_fields_get(ctx, emptcp_field_##name, emptcp_field_size_##name)
/* Sets a field for the steps that follow. */
#define emptcp_field_set(ctx, name, value) \
	emptcp_fields_set(ctx, emptcp_field_##name, emptcp_field_size_##name, value)

#endif
