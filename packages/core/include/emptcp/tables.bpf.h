// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps of the entry: the rule tables of a group, by number, and what rules refer to. */
#ifndef EMPTCP_TABLES_BPF_H
#define EMPTCP_TABLES_BPF_H

#include "abi.bpf.h"
#include "hook.bpf.h"

/* X(n) for each rule table. */
/* clang-format moves one number to the next line with each run. */
/* clang-format off */
#define EMPTCP_EACH_TABLE(X) \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) \
	X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31)
/* clang-format on */

/* Key size, and the value size of negative tables, are set by the loader. */
#define EMPTCP_DEFINE_TABLE(n)                                  \
	struct {                                                \
		__uint(type, BPF_MAP_TYPE_HASH);                \
		__uint(max_entries, 1);                         \
		__uint(map_flags, BPF_F_NO_PREALLOC);           \
		__uint(key_size, sizeof(__u32));                \
		__uint(value_size, sizeof(struct emptcp_rule)); \
	} emptcp_table_##n SEC(".maps");

EMPTCP_EACH_TABLE(EMPTCP_DEFINE_TABLE)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * EMPTCP_POLICIES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct emptcp_policy);
} emptcp_policies SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EMPTCP_NEGS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct emptcp_neg);
} emptcp_negs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMPTCP_POLICIES);
	__type(key, __u32);
	__type(value, struct emptcp_hits);
} emptcp_hits SEC(".maps");

#endif
