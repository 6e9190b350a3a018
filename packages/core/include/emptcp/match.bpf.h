// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Matching: one lookup for each shape on the masked words of the joined key; the best live rank wins. */
#ifndef EMPTCP_MATCH_BPF_H
#define EMPTCP_MATCH_BPF_H

#include "packet.bpf.h"
#include "tables.bpf.h"

#define EMPTCP_NEG_HITS EMPTCP_TABLES /* each table adds one at most */
#define EMPTCP_INLINE_TABLES 2 /* their matches cost no call; a call costs 5 ns where returns are guarded */

const volatile __u32 emptcp_table_count = 0;
const volatile struct emptcp_table emptcp_tables[EMPTCP_TABLES] = {};

/*
 * What matching knows of the packet. It lies in a map, since the verifier does not follow what is written
 * there: on the stack every combination of selectors that hit would be verified by itself.
 */
struct emptcp_match {
	__u32 key[EMPTCP_KEY_WORDS]; /* joined key */
	__u32 spare[EMPTCP_KEY_WORDS]; /* room behind it for a key that begins in its last word */
	__u32 made[EMPTCP_TABLE_WORDS]; /* key of a table that is made of masked words */
	__u32 neg[EMPTCP_NEG_HITS]; /* literals hit */
	__u32 negs;
	__u32 have; /* selectors that left a key, one bit each */
	__u32 bank;
	__u32 after;
	__u32 family;
	__u32 traced; /* EMPTCP_PKT_TRACED, or 0 */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct emptcp_match);
} emptcp_match SEC(".maps");

static __always_inline struct emptcp_match *emptcp_match_of(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&emptcp_match, &zero);
}

/* True when the packet has what table `n` (a constant) is about. */
static __always_inline bool emptcp_table_applies(const struct emptcp_match *m, __u32 n)
{
	return !(emptcp_tables[n].selectors & ~m->have) &&
	       (!emptcp_tables[n].family || emptcp_tables[n].family == m->family);
}

/* Makes the key of table `n` from the masked words of the joined key. Global: verified once, not per call. */
__noinline int emptcp_make_key(__u32 n)
{
	struct emptcp_match *m = emptcp_match_of();

	if (!m || n >= EMPTCP_TABLES)
		return 0;
	m->made[0] = 0;
	for (int i = 0; i < EMPTCP_TABLE_WORDS && i < emptcp_tables[n].words; i++)
		m->made[i] =
			m->key[emptcp_tables[n].word[i] & (EMPTCP_KEY_WORDS - 1)] & emptcp_tables[n].mask[i];
	return 0;
}

/* 1 when one of the literals of row `index` of emptcp_negs is hit. */
__noinline int emptcp_negated(__u32 index)
{
	struct emptcp_neg *neg = bpf_map_lookup_elem(&emptcp_negs, &index);
	struct emptcp_match *m = emptcp_match_of();

	if (!neg || !m)
		return 1;
	for (int i = 0; i < EMPTCP_NEG_LITERALS && i < neg->n; i++)
		for (int j = 0; j < EMPTCP_NEG_HITS && j < m->negs; j++)
			if (m->neg[j] == neg->literal[i])
				return 1;
	return 0;
}

static __always_inline struct emptcp_policy *emptcp_policy_of(__u32 bank, __u32 policy)
{
	__u32 index = (bank & 1) * EMPTCP_POLICIES + (policy & (EMPTCP_POLICIES - 1));

	return bpf_map_lookup_elem(&emptcp_policies, &index);
}

/* Rank of a rule for this packet, 0 when it does not apply; `negations` says whether any table is negative. */
static __always_inline __u32 emptcp_rank(const struct emptcp_match *m, __u32 index, __u32 neg, __u64 expires,
					 const bool negations)
{
	struct emptcp_policy *policy = emptcp_policy_of(m->bank, index);

	if (!policy || policy->rank <= m->after)
		return 0;
	if (expires && expires <= bpf_ktime_get_boot_ns())
		return 0;
	if (negations && neg && emptcp_negated(neg))
		return 0;
	return policy->rank;
}

__noinline int emptcp_rule_rank(__u32 index, __u32 neg, __u64 expires)
{
	struct emptcp_match *m = emptcp_match_of();

	return m ? emptcp_rank(m, index, neg, expires, true) : 0;
}

/* Remembers the literal of a negative table. */
static __always_inline void emptcp_literal_hit(struct emptcp_match *m, __u32 literal)
{
	__u32 at = m->negs;

	if (at < EMPTCP_NEG_HITS) {
		m->neg[at] = literal;
		m->negs = at + 1;
	}
}

/*
 * What does not apply jumps to one label, so that the verifier finds all of it dead and removes it: tables
 * cost nothing that are not there. Negative tables come first.
 */
#define EMPTCP_LOOKUP(n)                                                                                \
	({                                                                                              \
		__u32 direct = emptcp_tables[n].direct;                                                 \
                                                                                                        \
		if (!direct)                                                                            \
			used |= emptcp_make_key(n);                                                     \
		bpf_map_lookup_elem(&emptcp_table_##n,                                                  \
				    direct ? &m->key[(direct - 1) & (EMPTCP_KEY_WORDS - 1)] : m->made); \
	})

#define EMPTCP_TRY_NEGATIVE(n)                                     \
	if (n >= emptcp_table_count || !emptcp_tables[n].negative) \
		goto positive;                                     \
	if (emptcp_table_applies(m, n)) {                          \
		__u32 *literal = EMPTCP_LOOKUP(n);                 \
                                                                   \
		if (literal)                                       \
			emptcp_literal_hit(m, *literal);           \
	}

#define EMPTCP_TRY_POSITIVE(n)                                                                           \
	if (n >= emptcp_table_count)                                                                     \
		goto done;                                                                               \
	if (!emptcp_tables[n].negative && emptcp_table_applies(m, n)) {                                  \
		struct emptcp_rule *rule = EMPTCP_LOOKUP(n);                                             \
                                                                                                         \
		if (rule) {                                                                              \
			__u32 rank = n < EMPTCP_INLINE_TABLES && !emptcp_tables[0].negative              \
					     ? emptcp_rank(m, rule->policy, 0, rule->expires, false)     \
					     : emptcp_rule_rank(rule->policy, rule->neg, rule->expires); \
                                                                                                         \
			if (rank && (!best || rank < best)) {                                            \
				best = rank;                                                             \
				found = rule;                                                            \
			}                                                                                \
		}                                                                                        \
	}

/* The rule that applies, NULL when none does. */
static __always_inline struct emptcp_rule *emptcp_match_tables(struct emptcp_match *m)
{
	struct emptcp_rule *found = NULL;
	__u32 best = 0;
	int used = 0;

	EMPTCP_EACH_TABLE(EMPTCP_TRY_NEGATIVE)
positive:
	EMPTCP_EACH_TABLE(EMPTCP_TRY_POSITIVE)
done:
	asm volatile("" : : "r"(used));
	return found;
}

#endif
