// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Matching: one lookup for each shape on the masked words of the joined key; the best live rank wins. */
#ifndef EMPTCP_MATCH_BPF_H
#define EMPTCP_MATCH_BPF_H

#include "packet.bpf.h"
#include "tables.bpf.h"

#define EMPTCP_NEG_HITS 16

const volatile __u32 emptcp_table_count = 0;
const volatile struct emptcp_table emptcp_tables[EMPTCP_TABLES] = {};

struct emptcp_match {
	__u32 key[EMPTCP_KEY_WORDS];	/* joined key */
	__u32 neg[EMPTCP_NEG_HITS];	/* literals hit, 0: none */
	struct emptcp_rule *rule;	/* best one so far */
	struct emptcp_policy *policy;	/* its policy */
	__u32 negs;
	__u32 have;			/* selectors that left a key, one bit each */
	__u32 bank;
	__u32 after;
	__u8 family;
};

/* Makes the key of table `n` in `out`; 0 when the table does not apply to this packet. */
static __noinline int emptcp_table_key(const struct emptcp_match *m, __u32 n, __u32 *out)
{
	const volatile struct emptcp_table *table;

	if (n >= EMPTCP_TABLES)
		return 0;
	table = &emptcp_tables[n];
	if ((table->selectors & ~m->have) || (table->family && table->family != m->family))
		return 0;
	out[0] = 0;
	for (int i = 0; i < EMPTCP_TABLE_WORDS && i < table->words; i++)
		out[i] = m->key[table->word[i] & (EMPTCP_KEY_WORDS - 1)] & table->mask[i];
	return 1;
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
static __noinline int emptcp_rule_consider(struct emptcp_match *m, struct emptcp_rule *rule)
{
	__u32 index = m->bank * EMPTCP_POLICIES + (rule->policy & (EMPTCP_POLICIES - 1));
	struct emptcp_policy *policy = bpf_map_lookup_elem(&emptcp_policies, &index);

	if (!policy || policy->rank <= m->after || (m->policy && m->policy->rank <= policy->rank))
		return 0;
	if (rule->expires && rule->expires <= bpf_ktime_get_boot_ns())
		return 0;
	if (rule->neg && emptcp_rule_negated(m, rule->neg))
		return 0;
	m->rule = rule;
	m->policy = policy;
	return 0;
}

/* Remembers the literal of a negative table. */
static __always_inline void emptcp_literal_hit(struct emptcp_match *m, __u32 literal)
{
	if (m->negs < EMPTCP_NEG_HITS)
		m->neg[m->negs++] = literal;
}

#define EMPTCP_TRY_NEGATIVE(n)							\
	if (n < emptcp_table_count && emptcp_tables[n].negative && emptcp_table_key(m, n, key)) {	\
		__u32 *literal = bpf_map_lookup_elem(&emptcp_table_##n, key);	\
										\
		if (literal)							\
			emptcp_literal_hit(m, *literal);			\
	}

#define EMPTCP_TRY_POSITIVE(n)							\
	if (n < emptcp_table_count && !emptcp_tables[n].negative && emptcp_table_key(m, n, key)) {	\
		struct emptcp_rule *rule = bpf_map_lookup_elem(&emptcp_table_##n, key);	\
										\
		if (rule)							\
			used |= emptcp_rule_consider(m, rule);			\
	}

/* Finds the rule that applies: m->rule and m->policy, NULL when none does. */
static __always_inline void emptcp_match_tables(struct emptcp_match *m)
{
	__u32 key[EMPTCP_TABLE_WORDS] = {};
	int used = 0;

	EMPTCP_EACH_TABLE(EMPTCP_TRY_NEGATIVE)
	EMPTCP_EACH_TABLE(EMPTCP_TRY_POSITIVE)
	asm volatile("" : : "r"(used));
}

#endif
