// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Groups of subflows, and how many of a group are alive. What a group is, and in which maps its members and
 * they themselves are, the module says.
 */
#ifndef EMPTCP_MEMBERS_BPF_H
#define EMPTCP_MEMBERS_BPF_H

#include "flow.bpf.h"

#define EMPTCP_MEMBERS 16 /* places in a group */

enum emptcp_member_state { EMPTCP_MEMBER_OPEN, EMPTCP_MEMBER_ENDED, EMPTCP_MEMBER_REFUSED };

/* Key of a member: a subflow, lower end first, on an interface where those are told apart. */
struct emptcp_place {
	struct emptcp_flow flow;
	__u32 ifindex;
};

struct emptcp_member {
	__u64 last_ns; /* bpf_ktime_get_boot_ns of its last packet */
	__u32 isn; /* of its opener: another one is another subflow */
	__u32 state; /* enum emptcp_member_state */
};

struct emptcp_members {
	__u32 taken[EMPTCP_MEMBERS]; /* 0 free, 1 in use, 2 about to be */
	struct emptcp_place who[EMPTCP_MEMBERS];
};

/* The subflow at a place; *is_new when it is another one than before. NULL when there is no room. */
static __always_inline struct emptcp_member *emptcp_member_at(void *members, const struct emptcp_place *place,
							      __u32 isn, bool *is_new)
{
	struct emptcp_member fresh = { .last_ns = bpf_ktime_get_boot_ns(), .isn = isn };
	struct emptcp_member *member = bpf_map_lookup_elem(members, place);

	*is_new = !member || member->isn != isn;
	if (!*is_new)
		return member;
	bpf_map_update_elem(members, place, &fresh, BPF_ANY);
	return bpf_map_lookup_elem(members, place);
}

/* Notes a packet of a subflow; the first FIN or RST ends it. */
static __always_inline void emptcp_member_note(struct emptcp_member *member, const struct tcphdr *tcp)
{
	member->last_ns = bpf_ktime_get_boot_ns();
	if ((tcp->fin || tcp->rst) && member->state == EMPTCP_MEMBER_OPEN)
		member->state = EMPTCP_MEMBER_ENDED;
}

/* Lets go of members that ended, or were idle for so many nanoseconds; how many are left. */
static __always_inline __u32 emptcp_members_live(struct emptcp_members *group, void *members, __u64 idle)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct emptcp_member *member;
	__u32 live = 0;

	for (int i = 0; i < EMPTCP_MEMBERS; i++) {
		if (group->taken[i] == 1) {
			member = bpf_map_lookup_elem(members, &group->who[i]);
			if (!member || member->state != EMPTCP_MEMBER_OPEN ||
			    (__s64)(now - member->last_ns) > (__s64)idle)
				group->taken[i] = 0;
		}
		live += !!group->taken[i];
	}
	return live;
}

/* Puts a subflow into a free place, if there is one; several CPUs never take the same. */
static __always_inline void emptcp_members_add(struct emptcp_members *group, const struct emptcp_place *place)
{
	for (int i = 0; i < EMPTCP_MEMBERS; i++) {
		if (group->taken[i] || __sync_val_compare_and_swap(&group->taken[i], 0, 2))
			continue;
		group->who[i] = *place;
		group->taken[i] = 1;
		return;
	}
}

#endif
