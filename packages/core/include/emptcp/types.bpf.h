// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Types whose names tell user space how to show a member of a map or an event. So do __be16, __be32 and __be64
 * (numbers in network byte order), struct in_addr, struct in6_addr (addresses) and char[] (text).
 */
#ifndef EMPTCP_TYPES_BPF_H
#define EMPTCP_TYPES_BPF_H

#include <linux/in6.h>
#include <linux/types.h>

typedef __be32 emptcp_addr4; /* as on the wire */
typedef struct in6_addr emptcp_addr6; /* IPv4 as ::ffff:a.b.c.d */
typedef __u8 emptcp_mac[6];

#endif
