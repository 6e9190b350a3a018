// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How steps end chains, counted per step. What hands its packet on is not counted here, so it costs nothing.
 * A chunk of counters exists where a policy uses one of its slots: all of them would be 4 MiB on each CPU.
 */
#ifndef EMPTCP_VERDICT_BPF_H
#define EMPTCP_VERDICT_BPF_H

#include "abi.bpf.h"
#include "hook.bpf.h"

enum emptcp_ended {
	EMPTCP_ENDED_DROP,
	EMPTCP_ENDED_REDIRECT,
	EMPTCP_ENDED_PASS, /* returned by the body; the end of a chain is none */
	EMPTCP_ENDED_AGAIN,
	EMPTCP_ENDED_FAIL,
	EMPTCP_ENDED_MISSED, /* the next program was not there */
	EMPTCP_ENDED_OTHER,
	EMPTCP_ENDED_KINDS,
};

struct emptcp_verdicts {
	__u64 count[EMPTCP_ENDED_KINDS];
};

struct emptcp_verdict_chunk {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EMPTCP_VERDICT_CHUNK);
	__uint(key_size, sizeof(__u32)); /* types of maps within maps do not reach BTF */
	__uint(value_size, sizeof(struct emptcp_verdicts));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, EMPTCP_STEP_COUNTERS / EMPTCP_VERDICT_CHUNK);
	__type(key, __u32);
	__array(values, struct emptcp_verdict_chunk);
} emptcp_verdicts SEC(".maps");

static __always_inline void emptcp_count_verdict(__u32 slot, enum emptcp_ended how)
{
	__u32 chunk = slot / EMPTCP_VERDICT_CHUNK, at = slot % EMPTCP_VERDICT_CHUNK;
	struct emptcp_verdicts *verdicts;
	void *counters = bpf_map_lookup_elem(&emptcp_verdicts, &chunk);

	if (!counters)
		return;
	verdicts = bpf_map_lookup_elem(counters, &at);
	if (verdicts)
		verdicts->count[how]++;
}

/* Which verdict a body returned. */
static __always_inline enum emptcp_ended emptcp_ended_by(int result)
{
	switch (result) {
	case EMPTCP_DROP:
		return EMPTCP_ENDED_DROP;
	case EMPTCP_REDIRECT:
		return EMPTCP_ENDED_REDIRECT;
	case EMPTCP_PASS:
		return EMPTCP_ENDED_PASS;
	}
	return EMPTCP_ENDED_OTHER;
}

#endif
