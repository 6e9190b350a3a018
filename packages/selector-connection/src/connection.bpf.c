// SPDX-License-Identifier: GPL-2.0-only
/* Match the packets of MPTCP connections. The key has the tokens of both hosts, 0 where one is not known. */
#include <emptcp/selector.bpf.h>
#include <emptcp/connection.bpf.h>

struct key {
	__u32 token[2]; /* of the host that opened the connection, of its peer */
};

EMPTCP_SELECTOR(connection, struct key)
{
	struct emptcp_subflow *subflow;
	struct emptcp_conn *conn;
	__u8 sender;

	subflow = emptcp_subflow_of(ctx, pkt, &sender);
	if (!subflow || !subflow->connection || !emptcp_subflow_is_mptcp(subflow))
		return EMPTCP_MISS;
	conn = emptcp_conn_of(subflow);
	key->token[0] = conn ? conn->token[0] : 0;
	key->token[1] = subflow->connection;
	return EMPTCP_KEY;
}
