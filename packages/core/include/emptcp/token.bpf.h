// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What follows from a key: the token and the initial data sequence number (RFC 8684 3.1, 3.2; RFC 6824). */
#ifndef EMPTCP_TOKEN_BPF_H
#define EMPTCP_TOKEN_BPF_H

#include "sha1.bpf.h"
#include "sha256.bpf.h"

/* A host's side of a connection; numbers in host byte order. Large: keep it in a map. */
struct emptcp_identity {
	__u64 key;
	__u64 idsn; /* lowest 64 bits of the digest */
	__u32 token; /* highest 32 bits of the digest */
	__u32 version; /* of MPTCP: 0 takes SHA-1, 1 SHA-256 */
	union {
		struct emptcp_sha256 sha256;
		struct emptcp_sha1 sha1;
	} work;
};

/* Makes the only block of the key's hash. */
static __always_inline void emptcp_identity_block(__u32 w[16], __u64 key)
{
	__builtin_memset(w, 0, 16 * sizeof(*w));
	w[0] = key >> 32;
	w[1] = key;
	w[2] = 0x80000000;
	w[15] = 64;
}

/* Computes token and idsn from key and version. Global, so that the verifier walks it once. */
__noinline int emptcp_identify(struct emptcp_identity *id)
{
	if (!id)
		return -1;
	if (id->version) {
		struct emptcp_sha256 *s = &id->work.sha256;

		emptcp_sha256_begin(s);
		emptcp_identity_block(s->w, id->key);
		emptcp_sha256_block(s);
		id->token = s->h[0];
		id->idsn = (__u64)s->h[6] << 32 | s->h[7];
	} else {
		struct emptcp_sha1 *s = &id->work.sha1;

		emptcp_sha1_begin(s);
		emptcp_identity_block(s->w, id->key);
		emptcp_sha1_block(s);
		id->token = s->h[0];
		id->idsn = (__u64)s->h[3] << 32 | s->h[4];
	}
	return 0;
}

#endif
