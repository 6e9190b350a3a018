// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Event records: what a step tells user space, through the ring buffer that all modules share. */
#ifndef EMPTCP_EVENT_BPF_H
#define EMPTCP_EVENT_BPF_H

#include "counter.bpf.h"
#include "packet.bpf.h"

/* Header of every record; the module's own fields follow. Numbers are in host byte order. */
struct emptcp_event {
	__u64 time_ns; /* bpf_ktime_get_boot_ns */
	__u16 kind; /* chosen by the module */
	__u16 version; /* of the record's layout */
	__u16 length; /* of the whole record in bytes */
	__u16 flags; /* 0 */
	__u32 policy;
	__u32 slot; /* row.stats + position: says which step, and so which module */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} emptcp_events SEC(".maps");

/*
 * Reserves a record of `length` bytes (a constant, header included) and fills in its header; NULL, counted as
 * lost, when the buffer is full. Every record is submitted.
 */
static __always_inline void *emptcp_event_reserve(const struct emptcp_pkt *pkt, __u16 kind, __u16 version,
						  const __u16 length)
{
	struct emptcp_event *event = bpf_ringbuf_reserve(&emptcp_events, length, 0);

	if (!event) {
		emptcp_count(EMPTCP_COUNT_EVENTS_LOST);
		return NULL;
	}
	event->time_ns = bpf_ktime_get_boot_ns();
	event->kind = kind;
	event->version = version;
	event->length = length;
	event->flags = 0;
	event->policy = pkt->policy;
	event->slot = pkt->slot;
	return event;
}

/* Hands a record to user space. */
static __always_inline void emptcp_event_submit(void *event)
{
	bpf_ringbuf_submit(event, 0);
}

#endif
