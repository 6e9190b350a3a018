// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What follows from a key: the token and the initial data sequence number (RFC 8684 3.1, 3.2; RFC 6824). */
#ifndef EMPTCP_TOKEN_BPF_H
#define EMPTCP_TOKEN_BPF_H

#include "sha1.bpf.h"
#include "sha256.bpf.h"

/* A host's side of a connection; numbers in host byte order. */
struct emptcp_identity {
	__u64 key;
	__u64 idsn; /* lowest 64 bits of the digest */
	__u32 token; /* highest 32 bits of the digest */
	__u32 version; /* of MPTCP: 0 takes SHA-1, 1 SHA-256 */
};

static __always_inline void emptcp_identity_sha256(struct emptcp_identity *id)
{
	struct emptcp_sha256 s = {};

	emptcp_sha256_begin(&s);
	s.w[0] = id->key >> 32;
	s.w[1] = id->key;
	s.w[2] = 0x80000000;
	s.w[15] = 64;
	emptcp_sha256_block(&s);
	id->token = s.h[0];
	id->idsn = (__u64)s.h[6] << 32 | s.h[7];
}

static __always_inline void emptcp_identity_sha1(struct emptcp_identity *id)
{
	struct emptcp_sha1 s = {};

	emptcp_sha1_begin(&s);
	s.w[0] = id->key >> 32;
	s.w[1] = id->key;
	s.w[2] = 0x80000000;
	s.w[15] = 64;
	emptcp_sha1_block(&s);
	id->token = s.h[0];
	id->idsn = (__u64)s.h[3] << 32 | s.h[4];
}

/* Computes token and idsn from key and version. Global, so that the verifier walks it once. */
__noinline int emptcp_identify(struct emptcp_identity *id)
{
	if (!id)
		return -1;
	if (id->version)
		emptcp_identity_sha256(id);
	else
		emptcp_identity_sha1(id);
	return 0;
}

#endif
