// SPDX-License-Identifier: GPL-2.0-only
/* Match every packet. */
#include <emptcp/selector.bpf.h>

EMPTCP_SELECTOR0(any)
{
	return EMPTCP_KEY;
}
