// SPDX-License-Identifier: GPL-2.0-only
/* Match a fraction of the packets at random. */
#include <emptcp/selector.bpf.h>
#include <emptcp/draw.bpf.h>

struct key {
	__u32 fraction;
};

EMPTCP_SELECTOR(sample, struct key)
{
	key->fraction = emptcp_draw();
	return EMPTCP_KEY;
}
