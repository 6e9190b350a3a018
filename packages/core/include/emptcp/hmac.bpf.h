// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* HMAC-SHA256 (RFC 2104) with the two keys of a connection, as ADD_ADDR and MP_JOIN use it (RFC 8684 3.2, 3.4). */
#ifndef EMPTCP_HMAC_BPF_H
#define EMPTCP_HMAC_BPF_H

#include "sha256.bpf.h"

#define EMPTCP_HMAC_MESSAGE 28 /* longest message: IPv6 ADD_ADDR has 19 bytes */

struct emptcp_hmac {
	struct emptcp_sha256 sha;
	__u64 key[2]; /* of the sender, then of the receiver; host byte order */
	__u8 message[EMPTCP_HMAC_MESSAGE];
	__u32 length; /* of the message */
};

/* Makes the block of the padded key. */
static __always_inline void emptcp_hmac_pad(struct emptcp_hmac *m, __u32 pad)
{
	__builtin_memset(m->sha.w, 0, sizeof(m->sha.w));
	m->sha.w[0] = m->key[0] >> 32;
	m->sha.w[1] = m->key[0];
	m->sha.w[2] = m->key[1] >> 32;
	m->sha.w[3] = m->key[1];
	for (int i = 0; i < 16; i++)
		m->sha.w[i] ^= pad;
}

/* Makes the block of the message, which ends the inner hash. */
static __always_inline void emptcp_hmac_message(struct emptcp_hmac *m)
{
	__builtin_memset(m->sha.w, 0, sizeof(m->sha.w));
	for (__u32 i = 0; i <= EMPTCP_HMAC_MESSAGE; i++) {
		__u32 byte = i == m->length				? 0x80
			     : i < m->length && i < EMPTCP_HMAC_MESSAGE ? m->message[i]
									: 0;

		m->sha.w[i >> 2] |= byte << (24 - 8 * (i & 3));
	}
	m->sha.w[15] = (64 + m->length) * 8;
}

/*
 * Leaves the 32 bytes of HMAC-SHA256(key, message) in sha.h, host byte order, first byte highest in h[0].
 * Global, so that the verifier walks it once.
 */
__noinline int emptcp_hmac_sha256(struct emptcp_hmac *m)
{
	__u32 inner[8];

	if (!m || m->length > EMPTCP_HMAC_MESSAGE)
		return -1;
	emptcp_sha256_begin(&m->sha);
	emptcp_hmac_pad(m, 0x36363636);
	emptcp_sha256_block(&m->sha);
	emptcp_hmac_message(m);
	emptcp_sha256_block(&m->sha);
	__builtin_memcpy(inner, m->sha.h, sizeof(inner));
	emptcp_sha256_begin(&m->sha);
	emptcp_hmac_pad(m, 0x5c5c5c5c);
	emptcp_sha256_block(&m->sha);
	__builtin_memset(m->sha.w, 0, sizeof(m->sha.w));
	__builtin_memcpy(m->sha.w, inner, sizeof(inner));
	m->sha.w[8] = 0x80000000;
	m->sha.w[15] = (64 + 32) * 8;
	emptcp_sha256_block(&m->sha);
	return 0;
}

#endif
