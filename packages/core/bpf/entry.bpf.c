// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Parses a packet once, runs the group's selectors on it, and starts the chain of the policy that matches. */
#include <emptcp/chain_maps.bpf.h>
#include <emptcp/counter.bpf.h>
#include <emptcp/match.bpf.h>
#include <emptcp/parse.bpf.h>
#include <emptcp/trace_filter.bpf.h>

#define EMPTCP_FIRSTS 4
#define EMPTCP_EACH_FIRST(X) X(0) X(1) X(2) X(3)

const volatile __u32 emptcp_group = 0; /* the entry's own slot in emptcp_steps */
const volatile __u32 emptcp_l3 = 0; /* packets begin with the IP header */
const volatile __u32 emptcp_generation = 0;
const volatile __u32 emptcp_stamp = 0; /* mark packets with the generation (tests) */
const volatile __u32 emptcp_learns = 0; /* emptcp_learn has been joined to this program */
const volatile __u32 emptcp_selector_count = 0;
const volatile __u8 emptcp_selector_word[EMPTCP_SELECTORS] = {};
const volatile __u32 emptcp_first[EMPTCP_FIRSTS] = {}; /* first steps that get a direct jump, 0: none */

/* The body of learn.bpf.c takes the place of this one where it is needed. */
__weak __hidden __noinline int emptcp_learn(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt)
{
	return 0;
}

/* The bodies of selectors take the place of these when core links them in. */
#define EMPTCP_SELECTOR_SLOT(n)                                                                            \
	__weak __hidden __noinline int emptcp_selector_##n(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt, \
							   void *key)                                      \
	{                                                                                                  \
		return EMPTCP_MISS;                                                                        \
	}

#define EMPTCP_EACH_SELECTOR(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

EMPTCP_EACH_SELECTOR(EMPTCP_SELECTOR_SLOT)

#define EMPTCP_RUN_SELECTOR(n)                                                                          \
	if (n >= emptcp_selector_count)                                                                 \
		goto done;                                                                              \
	if (emptcp_selector_##n(ctx, pkt, &m->key[emptcp_selector_word[n] & (EMPTCP_KEY_WORDS - 1)]) == \
	    EMPTCP_KEY)                                                                                 \
		m->have |= 1 << n;

/* A direct jump, since the verifier knows the slot (root.bpf.c says more). */
#define EMPTCP_JUMP(n)                                                                               \
	if (emptcp_first[n] && first == emptcp_first[n]) {                                           \
		asm volatile("r1 = %[ctx]; r2 = %[map]; r3 = %[slot]; call 12; # first " #n          \
			     :                                                                       \
			     : [ctx] "r"(ctx), [map] "r"(&emptcp_steps), [slot] "r"(emptcp_first[n]) \
			     : "r0", "r1", "r2", "r3", "r4", "r5", "memory");                        \
		return;                                                                              \
	}

/* Bytes of the frame. On XDP the IP header tells what lies in fragments; asking the kernel costs a call. */
static __always_inline __u32 frame_length(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt)
{
#ifdef EMPTCP_HOOK_XDP
	__u32 linear = emptcp_linear_length(ctx), end = emptcp_ip_end(ctx, pkt);

	return end > linear ? end : linear;
#else
	return ctx->len;
#endif
}

/* Counts the packet for its rule and its policy. */
static __always_inline void count_match(struct emptcp_ctx *ctx, const struct emptcp_pkt *pkt,
					struct emptcp_rule *rule)
{
	__u32 length = frame_length(ctx, pkt), policy = rule->policy;
	struct emptcp_hits *hits = bpf_map_lookup_elem(&emptcp_hits, &policy);

	if (rule->id) { /* the policy's own entries are counted by the policy */
		__sync_fetch_and_add(&rule->packets, 1);
		__sync_fetch_and_add(&rule->bytes, length);
	}
	if (hits) {
		hits->packets++;
		hits->bytes += length;
	}
}

/* Fills in the chain state of the packet for the chain of `policy`. */
static __always_inline void fill_state(struct emptcp_state *state, const struct emptcp_pkt *pkt, __u32 bank,
				       const struct emptcp_rule *rule, const struct emptcp_policy *policy)
{
	state->row = (rule->row ?: policy->row) & EMPTCP_ROW_INDEX;
	state->l3 = pkt->l3;
	state->l4_info = pkt->l4_info;
	state->l4 = pkt->l4;
	state->flags = pkt->flags;
	state->group = emptcp_group | bank << EMPTCP_GROUP_BANK_SHIFT;
	state->after = policy->rank;
	if (emptcp_stamp)
		state->fields = (__u64)emptcp_generation << 32 | (__u32)state->fields;
}

static __always_inline void run_selectors(struct emptcp_ctx *ctx, struct emptcp_pkt *pkt,
					  struct emptcp_match *m)
{
	EMPTCP_EACH_SELECTOR(EMPTCP_RUN_SELECTOR)
done:
	m->family = emptcp_has_ip4(pkt) ? 4 : emptcp_has_ip6(pkt) ? 6 : 0;
}

/* Jumps to the first step; returns when there is none in the slot. */
static __always_inline void start_chain(struct emptcp_ctx *ctx, __u32 first)
{
	EMPTCP_EACH_FIRST(EMPTCP_JUMP)
	bpf_tail_call(ctx, &emptcp_steps, first);
}

/* Clock and record of the match, begun and ended. */
static __always_inline void probe_begin(const bool probed)
{
	__u32 group = emptcp_group;

	if (probed && emptcp_profile)
		emptcp_time_begin(bpf_map_lookup_elem(&emptcp_entry_time, &group));
}

static __always_inline void probe_end(struct emptcp_match *m, const struct emptcp_rule *rule,
				      const bool probed)
{
	__u32 group = emptcp_group;

	if (!probed)
		return;
	if (emptcp_profile)
		emptcp_time_end(bpf_map_lookup_elem(&emptcp_entry_time, &group));
	if (emptcp_trace && m->traced)
		emptcp_trace_matched(rule, rule ? EMPTCP_HOP_CHAIN : EMPTCP_HOP_NONE,
				     rule ? EMPTCP_HOP_GOES_ON : EMPTCP_PASS);
}

/* Everything up to the first step; what it returns is for packets that get none. */
static __always_inline int match(struct emptcp_ctx *ctx, const bool probed)
{
	struct emptcp_match *m = emptcp_match_of();
	struct emptcp_policy *policy;
	struct emptcp_pkt pkt = {};
	struct emptcp_state state;
	struct emptcp_rule *rule;
	__u32 drop, bank;
	int verdict = EMPTCP_PASS;

	if (!m || emptcp_state_read(ctx, &state))
		return EMPTCP_PASS;
	probe_begin(probed);
	bank = state.row & 1;
	m->bank = bank;
	m->after = state.after;
	m->have = 0;
	m->negs = 0;
	pkt.flags = state.flags;
	emptcp_parse(ctx, &pkt, emptcp_l3);
	if (probed && emptcp_trace) {
		m->traced = 0;
		emptcp_trace_select(ctx, &pkt, m, state.row >> EMPTCP_ENTER_PORT_SHIFT);
	}
	if (emptcp_learns)
		emptcp_learn(ctx, &pkt);
	run_selectors(ctx, &pkt, m);
	rule = emptcp_match_tables(m);
	policy = rule ? emptcp_policy_of(bank, rule->policy) : NULL;
	if (!policy) {
		probe_end(m, NULL, probed);
		return EMPTCP_PASS;
	}
	count_match(ctx, &pkt, rule);
	fill_state(&state, &pkt, bank, rule, policy);
	if (probed && emptcp_trace)
		state.flags |= m->traced;
	drop = policy->flags & EMPTCP_POLICY_ONERROR_DROP;
	probe_end(m, rule, probed);
	if (!emptcp_state_write(ctx, &state))
		start_chain(ctx, policy->first);
	emptcp_count(EMPTCP_COUNT_ENTRY_MISSED);
	if (drop) {
		struct tcphdr *tcp = emptcp_tcp(ctx, &pkt);

		verdict = tcp && tcp->syn ? EMPTCP_PASS : EMPTCP_DROP;
	}
	return emptcp_probe_missed(ctx, verdict, probed);
}

SEC(EMPTCP_SEC) int entry(struct emptcp_ctx *ctx)
{
	return match(ctx, false);
}

/* Loaded while a profile or a trace runs. */
SEC(EMPTCP_PROBED_SEC) int entry__probed(struct emptcp_ctx *ctx)
{
	return match(ctx, true);
}
