// SPDX-License-Identifier: GPL-2.0-only
/* Match packets by what they do in TCP and MPTCP. The key has a bit for each type that the packet is of. */
#include <emptcp/selector.bpf.h>
#include <emptcp/mptcp.bpf.h>
#include <emptcp/payload.bpf.h>

/* In the order of src/index.ts. */
#define CAPABLE 1U /* on a SYN; on a SYN/ACK and on an ACK one and two bits further */
#define JOIN (1U << 3) /* likewise */
#define DATA (1U << 6)
#define DATA_ACK (1U << 7)
#define PURE_ACK (1U << 8)
#define ADD_ADDR (1U << 9)
#define ADD_ADDR_ECHO (1U << 10)
#define REMOVE_ADDR (1U << 11) /* MP_PRIO to MP_TCPRST follow, as their subtypes do */
#define FIN (1U << 16)
#define RST (1U << 17)

#define ON_SYN 1
#define ON_SYN_ACK 2
#define ON_ACK 4

struct key {
	__u32 type;
};

struct walk {
	struct emptcp_tcpopts opts;
	__u32 phase; /* ON_* */
	struct key *key; /* types are added there, where the verifier does not follow each combination */
};

/* Where a length of MP_CAPABLE belongs: version 0 has a key in its SYN, only version 1 has it on data. */
static __always_inline __u32 capable(const struct emptcp_tcpopts *o)
{
	bool v0 = !(emptcp_tcpopt_byte(o, 2) & 0xf);

	if (o->len == 4)
		return v0 ? 0 : ON_SYN;
	if (o->len == 12)
		return v0 ? ON_SYN | ON_SYN_ACK : ON_SYN_ACK;
	return v0 && o->len != 20 ? 0 : ON_ACK;
}

static __always_inline __u32 join(__u8 len)
{
	return len == 12 ? ON_SYN : len == 16 ? ON_SYN_ACK : ON_ACK;
}

static __always_inline __u32 type_of(const struct emptcp_tcpopts *o, __u32 phase)
{
	__u8 subtype = emptcp_tcpopt_byte(o, 2) >> 4;

	if (!emptcp_mptcp_is(o, subtype))
		return 0;
	switch (subtype) {
	case EMPTCP_MP_CAPABLE:
		return CAPABLE * (capable(o) & phase);
	case EMPTCP_MP_JOIN:
		return JOIN * (join(o->len) & phase);
	case EMPTCP_MP_DSS:
		return emptcp_tcpopt_byte(o, 3) & 1 /* A */ && o->len >= 8 ? DATA_ACK : 0;
	case EMPTCP_MP_ADD_ADDR:
		return emptcp_add_addr_announces(o) ? ADD_ADDR : ADD_ADDR_ECHO * emptcp_add_addr_echoes(o);
	default:
		return REMOVE_ADDR << (subtype - EMPTCP_MP_REMOVE_ADDR);
	}
}

static long visit(__u32 index, void *data)
{
	struct walk *w = data;

	if (!emptcp_tcpopts_step(&w->opts))
		return 1;
	w->key->type |= type_of(&w->opts, w->phase);
	return 0;
}

EMPTCP_SELECTOR(packet_type, struct key)
{
	struct tcphdr *tcp = emptcp_tcp(ctx, pkt);
	struct walk w = { .key = key };

	if (!tcp)
		return EMPTCP_MISS;
	key->type = tcp->fin ? FIN : 0;
	if (tcp->rst)
		key->type |= RST;
	else
		w.phase = tcp->syn ? (tcp->ack ? ON_SYN_ACK : ON_SYN) : tcp->ack ? ON_ACK : 0;
	if (emptcp_payload_length(ctx, pkt))
		key->type |= DATA;
	else if (w.phase == ON_ACK && !(key->type & FIN))
		key->type |= PURE_ACK;
	if (!emptcp_tcpopts_load(ctx, pkt, &w.opts))
		emptcp_tcpopts_walk(&w.opts, visit);
	return key->type ? EMPTCP_KEY : EMPTCP_MISS;
}
