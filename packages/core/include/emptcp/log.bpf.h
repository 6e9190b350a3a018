// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Messages to a person, for the time in which a module is made:
 *
 *	emptcp_log(pkt, "token %u from %pI4", token, &ip4->saddr);
 *
 * The loader turns them on (emptcp_log_on). While they are off the verifier takes the code out, so that they
 * cost nothing. The format is that of bpf_snprintf: %d %u %x %lu %llx %s %pI4 %pI6 ..., printable ASCII, 12
 * arguments at most. A message is cut at 127 bytes.
 */
#ifndef EMPTCP_LOG_BPF_H
#define EMPTCP_LOG_BPF_H

#include "event.bpf.h"

#define EMPTCP_LOG_MAX 128
#define EMPTCP_LOG_VERSION 1

const volatile __u32 emptcp_log_on = 0;

struct emptcp_log_record {
	struct emptcp_event header;
	char text[EMPTCP_LOG_MAX]; /* ends with a zero */
};

/* Tells user space a line of text. */
#define emptcp_log(pkt, fmt, args...)                                                            \
	({                                                                                       \
		if (emptcp_log_on) {                                                             \
			struct emptcp_log_record *record_ =                                      \
				emptcp_event_reserve(pkt, EMPTCP_EVENT_LOG, EMPTCP_LOG_VERSION,  \
						     sizeof(struct emptcp_log_record));          \
                                                                                                 \
			if (record_) {                                                           \
				record_->text[0] = 0;                                            \
				BPF_SNPRINTF(record_->text, sizeof(record_->text), fmt, ##args); \
				bpf_ringbuf_submit(record_, 0);                                  \
			}                                                                        \
		}                                                                                \
		(void)0;                                                                         \
	})

#endif
