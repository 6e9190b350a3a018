// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The wire protocol between core and programs, version EMPTCP_ABI: numbers, limits, map values. */
#ifndef EMPTCP_ABI_BPF_H
#define EMPTCP_ABI_BPF_H

#include <linux/types.h>

#define EMPTCP_ABI 1

#define EMPTCP_KIND_ACTOR 1
#define EMPTCP_KIND_SELECTOR 2
#define EMPTCP_KIND_SOCK_ACTOR 3

#define EMPTCP_PROGRAM_SETS 8
#define EMPTCP_PORTS 1024
#define EMPTCP_GROUPS 64
#define EMPTCP_STEPS 4096
#define EMPTCP_POLICIES 32768
#define EMPTCP_SELECTORS 8
#define EMPTCP_TABLES 32
#define EMPTCP_TABLE_WORDS 24
#define EMPTCP_KEY_WORDS 32
#define EMPTCP_NEGS 4096
#define EMPTCP_NEG_LITERALS 7
#define EMPTCP_AGAIN_LIMIT 2
#define EMPTCP_STEP_COUNTERS 65536
#define EMPTCP_VERDICT_CHUNK 1024

/* Header of a row; the parameters of the chain's steps follow. */
struct emptcp_row {
	__u32 policy;
	__u32 stats; /* counter of the chain's last step in emptcp_step_count */
	__u32 flags; /* EMPTCP_POLICY_* */
	__u32 reserved;
};

#define EMPTCP_ROW_HEADER 16
#define EMPTCP_ROW_MAX 1024
#define EMPTCP_ROW_INDEX 0x3fffffff /* the class of a row id is in the two bits above */

#define EMPTCP_POLICY_ONERROR_DROP 1
#define EMPTCP_POLICY_CONTINUE 2

struct emptcp_policy {
	__u32 row;
	__u32 first; /* slot of the first step */
	__u32 rank; /* 0: dead; 1 is tried first */
	__u32 flags; /* EMPTCP_POLICY_* */
};

struct emptcp_rule {
	__u32 policy;
	__u32 row; /* 0: the policy's row */
	__u32 neg; /* 0: none, else index in emptcp_negs */
	__u32 id;
	__u64 expires; /* bpf_ktime_get_boot_ns, 0: never */
	__u64 packets;
	__u64 bytes;
};

struct emptcp_neg {
	__u32 n;
	__u32 literal[EMPTCP_NEG_LITERALS];
};

struct emptcp_hits {
	__u64 packets;
	__u64 bytes;
};

/* How the entry makes the key of one rule table from the joined key. */
struct emptcp_table {
	__u8 words;
	__u8 family; /* 0 any, 4, 6 */
	__u8 negative;
	__u8 direct; /* the key lies in the joined key as it is, from this word less one on; 0: it is made */
	__u32 selectors; /* bitmap of those that must have left a key */
	__u8 word[EMPTCP_TABLE_WORDS];
	__u32 mask[EMPTCP_TABLE_WORDS];
};

/* Indices of emptcp_counters. */
enum emptcp_counter {
	EMPTCP_COUNT_ROOT_MISSED,
	EMPTCP_COUNT_ENTRY_MISSED,
	EMPTCP_COUNT_STEP_MISSED,
	EMPTCP_COUNT_MIXED, /* a step of another generation than its entry */
	EMPTCP_COUNT_FAILED,
	EMPTCP_COUNT_AGAIN_LIMIT,
	EMPTCP_COUNT_EVENTS_LOST,
	EMPTCP_COUNT_TRACE_LOST, /* hops that no reader will see */
	EMPTCP_COUNTERS = 16,
};

#endif
