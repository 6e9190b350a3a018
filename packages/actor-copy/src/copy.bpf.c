// SPDX-License-Identifier: GPL-2.0-only
/* Copy packets, or their headers, to the stream of events, in parts that fit an event. */
#include <emptcp/actor.bpf.h>
#include <emptcp/event.bpf.h>

#define HEADERS 0
#define HEADERS_MAX 128 /* of what is neither TCP nor UDP */
#define PART 960
#define PARTS 72 /* of a GSO packet of 64 KiB with its headers */

struct params {
	__u8 what;
};

struct copied {
	__u64 packet; /* the same for all parts of a packet */
	__u32 length; /* of the packet in bytes */
	__u32 captured; /* bytes of it that all parts have together */
	__u32 offset; /* of this part */
	__u32 ifindex;
	__u16 size; /* bytes of this part */
	__u8 layer3; /* the packet begins with its IP header */
	__u8 reserved;
	__u8 bytes[PART];
};
EMPTCP_EVENT(copied, 1, struct copied);

struct walk {
	struct emptcp_ctx *ctx;
	struct emptcp_pkt pkt;
	__u64 packet;
	__u32 length;
	__u32 captured;
	__u32 offset;
};

static __always_inline __u32 interface_of(struct emptcp_ctx *ctx)
{
#ifdef EMPTCP_HOOK_XDP
	return ctx->ingress_ifindex;
#else
	return ctx->ifindex;
#endif
}

static long copy_part(__u32 index, void *data)
{
	struct walk *w = data;
	__u32 size = w->captured - w->offset;
	struct copied *part;

	if (w->offset >= w->captured)
		return 1;
	part = emptcp_event_begin(&w->pkt, copied);
	if (!part)
		return 1;
	if (size > PART)
		size = PART;
	size = emptcp_at_least_one(size, PART);
	part->packet = w->packet;
	part->length = w->length;
	part->captured = w->captured;
	part->offset = w->offset;
	part->ifindex = interface_of(w->ctx);
	part->layer3 = (w->pkt.flags & (EMPTCP_PKT_V4 | EMPTCP_PKT_V6)) && !w->pkt.l3;
	if (!emptcp_load(w->ctx, w->offset, part->bytes, size))
		part->size = size;
	emptcp_event_submit(part);
	w->offset += size;
	return 0;
}

EMPTCP_ACTOR(copy, struct params)
{
	struct walk w = { .ctx = ctx, .pkt = *pkt, .length = emptcp_packet_length(ctx) };
	__u32 headers = HEADERS_MAX;

	if (emptcp_l4_length(pkt))
		headers = pkt->l4 + emptcp_l4_length(pkt);
	w.captured = w.length;
	if (params->what == HEADERS && headers < w.length)
		w.captured = headers;
	/* Two CPUs may copy at the same time. */
	w.packet = bpf_ktime_get_boot_ns() << 8 | (bpf_get_smp_processor_id() & 0xff);
	bpf_loop(PARTS, copy_part, &w, 0);
	return EMPTCP_NEXT;
}
