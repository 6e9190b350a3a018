// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fields: up to 8 bytes in all that the modules of one chain hand on with the packet. At file scope:
 *
 *	EMPTCP_FIELD(class, 4);
 *
 * then emptcp_field_set(ctx, class, value) in one step and emptcp_field_get(ctx, class) in later ones. The
 * module's src/index.ts says which fields it provides and requires; core chooses where they lie.
 */
#ifndef EMPTCP_FIELD_BPF_H
#define EMPTCP_FIELD_BPF_H

#include "state.bpf.h"

/* All bits of a number of `size` bytes (1 to 8). */
#define EMPTCP_FIELD_MASK(size) (~0ULL >> (64 - (size)*8))

/* Declares a field of `size` bytes (1, 2, 4 or 8); core sets emptcp_field_<name> to its first byte. */
#define EMPTCP_FIELD(name, size)                                                 \
	_Static_assert((size) == 1 || (size) == 2 || (size) == 4 || (size) == 8, \
		       "field " #name " has 1, 2, 4 or 8 bytes");                \
	const volatile __u8 emptcp_field_##name = 0;                             \
	static const __u8 emptcp_field_size_##name = size

static __always_inline __u64 emptcp_fields_get(struct emptcp_ctx *ctx, __u8 offset, __u8 size)
{
	struct emptcp_state state;

	if (emptcp_state_read(ctx, &state))
		return 0;
	return state.fields >> (offset & 7) * 8 & EMPTCP_FIELD_MASK(size);
}

static __always_inline void emptcp_fields_set(struct emptcp_ctx *ctx, __u8 offset, __u8 size, __u64 value)
{
	__u64 mask = EMPTCP_FIELD_MASK(size) << (offset & 7) * 8;
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
