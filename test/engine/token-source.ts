import type { ModuleSource } from "@emptcp/testing";

/**
 * A selector with a key of its own: TCP packets whose IPv4 TOS or IPv6 traffic class is not 0 carry the token
 * of that number less one.
 */
export const tokenSource: ModuleSource = {
  manifest: {
    kind: "selector",
    module: "token",
    key: {
      v4: 4,
      v6: 4,
      ends: null,
      fields: [
        {
          param: "token",
          kind: "list",
          end: null,
          v4: [0, 4],
          v6: [0, 4],
          descriptor: {
            kind: "list",
            description: "tokens",
            of: { kind: "u32", description: "token" },
            length: 4,
          },
        },
      ],
    },
  },
  source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/selector.bpf.h>

struct key {
	__u32 token;
};

EMPTCP_SELECTOR(token, struct key)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip4;
	__u8 class = 0;

	if (!emptcp_has_tcp(pkt))
		return EMPTCP_MISS;
	if ((ip4 = emptcp_ip4(ctx, pkt)))
		class = ip4->tos;
	else if ((ip6 = emptcp_ip6(ctx, pkt)))
		class = ip6->priority << 4 | ip6->flow_lbl[0] >> 4;
	if (!class)
		return EMPTCP_MISS;
	key->token = class - 1;
	return EMPTCP_KEY;
}
`,
};
