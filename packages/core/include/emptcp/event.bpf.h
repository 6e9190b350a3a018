// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Events: what a module tells user space, through the ring buffer that all modules share.
 *
 *	struct joined { __u32 token; __u8 address_id; __u8 backup; __u16 pad; };
 *	EMPTCP_EVENT(joined, 1, struct joined);
 *	...
 *	struct joined *event = emptcp_event_begin(pkt, joined);
 *
 *	if (event) {
 *		event->token = token;
 *		emptcp_event_submit(event);
 *	}
 *
 * The build finds name, version and type in the object and describes them in the manifest. types.bpf.h says how
 * user space reads members by the names of their types; numbers are in host byte order otherwise.
 */
#ifndef EMPTCP_EVENT_BPF_H
#define EMPTCP_EVENT_BPF_H

#include "counter.bpf.h"
#include "packet.bpf.h"

const volatile __u32 emptcp_module_number = 0; /* who the records are from; core sets it */

/* Header of every record; the module's own fields follow. Numbers are in host byte order. */
struct emptcp_event {
	__u64 time_ns; /* bpf_ktime_get_boot_ns */
	__u16 module; /* emptcp_module_number */
	__u16 kind; /* which event of the module */
	__u16 version; /* of the layout */
	__u16 length; /* of the whole record in bytes */
	__u32 policy; /* whose chain runs; like slot without meaning for selectors */
	__u32 slot; /* row.stats + position: says which step */
};

#define EMPTCP_EVENT_MAX 1024 /* most bytes of a payload */
#define EMPTCP_EVENT_LOG 0xffff /* kind of the records of emptcp_log */

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
	event->module = emptcp_module_number;
	event->kind = kind;
	event->version = version;
	event->length = length;
	event->policy = pkt->policy;
	event->slot = pkt->slot;
	return event;
}

/*
 * Declares an event of this module, at file scope: its name, the version of its layout (1 to 65535, another one
 * whenever the type changes), and the type of its payload. The payload begins as zeroes.
 */
#define EMPTCP_EVENT(name, version_, type)                                                       \
	_Static_assert(sizeof(type) <= EMPTCP_EVENT_MAX, "payload of event " #name " fits");     \
	enum { emptcp_event_kind_##name = __COUNTER__, emptcp_event_version_##name = version_ }; \
	static const struct {                                                                    \
		__u32 kind;                                                                      \
		__u32 version;                                                                   \
		type payload;                                                                    \
	} emptcp_event__##name SEC(".emptcp") __attribute__((used)) = {                          \
		.kind = emptcp_event_kind_##name,                                                \
		.version = version_,                                                             \
	};                                                                                       \
	static __always_inline __attribute__((unused))                                           \
	type *emptcp_event_##name(const struct emptcp_pkt *pkt)                                  \
	{                                                                                        \
		struct emptcp_event *event =                                                     \
			emptcp_event_reserve(pkt, emptcp_event_kind_##name, version_,            \
					     sizeof(struct emptcp_event) + sizeof(type));        \
                                                                                                 \
		if (!event)                                                                      \
			return NULL;                                                             \
		return __builtin_memset(event + 1, 0, sizeof(type));                             \
	}                                                                                        \
	_Static_assert(version_ > 0 && version_ <= 0xffff, "version of event " #name)

/* Begins an event: its payload, or NULL when the buffer is full. What was begun must be submitted. */
#define emptcp_event_begin(pkt, name) emptcp_event_##name(pkt)

/* Hands an event to user space; takes what emptcp_event_begin gave. */
#define emptcp_event_submit(payload) bpf_ringbuf_submit((void *)(payload) - sizeof(struct emptcp_event), 0)

#endif
