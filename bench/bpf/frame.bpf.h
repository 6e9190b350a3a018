/* SPDX-License-Identifier: GPL-2.0-only */
/* The frame that the bench sends: Ethernet, IPv4 without options, TCP. */
#ifndef BENCH_FRAME_BPF_H
#define BENCH_FRAME_BPF_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <emptcp/hook.bpf.h>

struct bench_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

/* The frame's headers, NULL when the packet is shorter; what they say is not looked at. */
static __always_inline struct bench_frame *bench_frame(struct emptcp_ctx *ctx)
{
	struct bench_frame *frame = emptcp_data(ctx);

	return (void *)(frame + 1) <= emptcp_data_end(ctx) ? frame : NULL;
}

/* The TCP header of an untagged IPv4 packet, parsed as the original does, or NULL. */
static __always_inline struct tcphdr *bench_parse(struct emptcp_ctx *ctx)
{
	void *data = emptcp_data(ctx), *end = emptcp_data_end(ctx);
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	if ((void *)(ip + 1) > end || ip->ihl != 5 || ip->protocol != IPPROTO_TCP)
		return NULL;
	return (void *)(tcp + 1) > end ? NULL : tcp;
}

/* Writes the window and keeps the checksum right (RFC 1624, equation 3). */
static __always_inline void bench_set_window(struct tcphdr *tcp, __be16 window)
{
	__u32 sum = (__u16)~tcp->check + (__u16)~tcp->window + window;

	sum = (sum >> 16) + (sum & 0xffff);
	tcp->check = ~(__u16)((sum >> 16) + sum);
	tcp->window = window;
}

#endif
