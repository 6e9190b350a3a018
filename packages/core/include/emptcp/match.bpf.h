// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Matching: one lookup for each shape on the masked words of the joined key; the best live rank wins. */
#ifndef EMPTCP_MATCH_BPF_H
#define EMPTCP_MATCH_BPF_H

#include "packet.bpf.h"
#include "tables.bpf.h"

#define EMPTCP_NEG_HITS 16
#define EMPTCP_INLINE_TABLES 2 /* their matches cost no call; a call costs 5 ns where returns are guarded */

const volatile __u32 emptcp_table_count = 0;
const volatile __u32 emptcp_made_keys = 0; /* some table's key is not direct */
const volatile __u32 emptcp_key_words = 0; /* words of the joined key in use */
const volatile struct emptcp_table emptcp_tables[EMPTCP_TABLES] = {};

struct emptcp_match {
	__u32 key[EMPTCP_KEY_WORDS]; /* joined key */
	__u32 neg[EMPTCP_NEG_HITS]; /* literals hit, 0: none */
	struct emptcp_rule *rule; /* best one so far */
	struct emptcp_policy *policy; /* its policy */
	__u32 negs;
	__u32 have; /* selectors that left a key, one bit each */
	__u32 bank;
	__u32 after;
	__u8 family;
};

/* True when the packet has what table `n` (a constant) is about. */
static __always_inline bool emptcp_table_applies(const struct emptcp_match *m, __u32 n)
{
	return !(emptcp_tables[n].selectors & ~m->have) &&
	       (!emptcp_tables[n].family || emptcp_tables[n].family == m->family);
}

/* Makes the key of table `n` in `out` from the masked words of the joined key. */
static __noinline int emptcp_table_key(const struct emptcp_match *m, __u32 n, __u32 *out)
{
	const volatile struct emptcp_table *table;

	if (n >= EMPTCP_TABLES)
		return 0;
	table = &emptcp_tables[n];
	out[0] = 0;
	for (int i = 0; i < EMPTCP_TABLE_WORDS && i < table->words; i++)
		out[i] = m->key[table->word[i] & (EMPTCP_KEY_WORDS - 1)] & table->mask[i];
	return 0;
}

/* True when one of the rule's negated literals is hit. */
static __always_inline bool emptcp_rule_negated(const struct emptcp_match *m, __u32 index)
{
	struct emptcp_neg *neg = bpf_map_lookup_elem(&emptcp_negs, &index);

	if (!neg)
		return true;
	for (int i = 0; i < EMPTCP_NEG_LITERALS; i++) {
		if (i >= neg->n)
			return false;
		for (int j = 0; j < EMPTCP_NEG_HITS; j++)
			if (m->neg[j] && m->neg[j] == neg->literal[i])
				return true;
	}
	return false;
}

/* Makes `rule` the best one when its policy is alive, may match now and comes first. */
static __always_inline int emptcp_rule_better(struct emptcp_match *m, struct emptcp_rule *rule,
					      const bool negations)
{
	__u32 index = m->bank * EMPTCP_POLICIES + (rule->policy & (EMPTCP_POLICIES - 1));
	struct emptcp_policy *policy = bpf_map_lookup_elem(&emptcp_policies, &index);

	if (!policy || policy->rank <= m->after || (m->policy && m->policy->rank <= policy->rank))
		return 0;
	if (rule->expires && rule->expires <= bpf_ktime_get_boot_ns())
		return 0;
	if (negations && rule->neg && emptcp_rule_negated(m, rule->neg))
		return 0;
	m->rule = rule;
	m->policy = policy;
	return 0;
}

static __noinline int emptcp_rule_consider(struct emptcp_match *m, struct emptcp_rule *rule)
{
	return emptcp_rule_better(m, rule, true);
}

/* Remembers the literal of a negative table. */
static __always_inline void emptcp_literal_hit(struct emptcp_match *m, __u32 literal)
{
	if (m->negs < EMPTCP_NEG_HITS)
		m->neg[m->negs++] = literal;
}

/*
 * What does not apply jumps to one label, so that the verifier finds all of it dead and removes it: tables
 * cost nothing that are not there. Negative tables come first.
 */
#define EMPTCP_LOOKUP(n)                                                                                \
	(emptcp_tables[n].direct                                                                        \
		 ? bpf_map_lookup_elem(&emptcp_table_##n,                                               \
				       &m->key[(emptcp_tables[n].direct - 1) & (EMPTCP_KEY_WORDS - 1)]) \
		 : (used |= emptcp_table_key(m, n, key), bpf_map_lookup_elem(&emptcp_table_##n, key)))

#define EMPTCP_TRY_NEGATIVE(n)                                     \
	if (n >= emptcp_table_count || !emptcp_tables[n].negative) \
		goto positive;                                     \
	if (emptcp_table_applies(m, n)) {                          \
		literal = EMPTCP_LOOKUP(n);                        \
		if (literal)                                       \
			emptcp_literal_hit(m, *literal);           \
	}

#define EMPTCP_TRY_POSITIVE(n)                                                         \
	if (n >= emptcp_table_count)                                                   \
		goto done;                                                             \
	if (!emptcp_tables[n].negative && emptcp_table_applies(m, n)) {                \
		rule = EMPTCP_LOOKUP(n);                                               \
		if (rule)                                                              \
			used |= n < EMPTCP_INLINE_TABLES && !emptcp_tables[0].negative \
					? emptcp_rule_better(m, rule, false)           \
					: emptcp_rule_consider(m, rule);               \
	}

/* Finds the rule that applies: m->rule and m->policy, NULL when none does. */
static __always_inline void emptcp_match_tables(struct emptcp_match *m)
{
	__u32 key[EMPTCP_TABLE_WORDS];
	struct emptcp_rule *rule;
	__u32 *literal;
	int used = 0;

	if (emptcp_made_keys)
		__builtin_memset(key, 0, sizeof(key));
	if (emptcp_table_count && emptcp_tables[0].negative)
		__builtin_memset(m->neg, 0, sizeof(m->neg));
	EMPTCP_EACH_TABLE(EMPTCP_TRY_NEGATIVE)
positive:
	EMPTCP_EACH_TABLE(EMPTCP_TRY_POSITIVE)
done:
	asm volatile("" : : "r"(used));
}

#endif
