// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* SHA-1 (FIPS 180-4), one block at a time, in words of host byte order. Version 0 of MPTCP uses it. */
#ifndef EMPTCP_SHA1_BPF_H
#define EMPTCP_SHA1_BPF_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct emptcp_sha1 {
	__u32 h[5]; /* the digest so far */
	__u32 w[16]; /* the block; the message's first byte is the highest of w[0] */
};

#define EMPTCP_ROTL(x, n) ((x) << (n) | (x) >> (32 - (n)))

static __always_inline void emptcp_sha1_begin(struct emptcp_sha1 *s)
{
	s->h[0] = 0x67452301;
	s->h[1] = 0xefcdab89;
	s->h[2] = 0x98badcfe;
	s->h[3] = 0x10325476;
	s->h[4] = 0xc3d2e1f0;
}

/* Word `i` of the message schedule, in the place of the one 16 before. */
static __always_inline __u32 emptcp_sha1_word(struct emptcp_sha1 *s, __u32 i)
{
	__u32 w = s->w[(i + 13) & 15] ^ s->w[(i + 8) & 15] ^ s->w[(i + 2) & 15] ^ s->w[i & 15];

	if (i >= 16)
		s->w[i & 15] = EMPTCP_ROTL(w, 1);
	return s->w[i & 15];
}

static __always_inline __u32 emptcp_sha1_f(__u32 i, __u32 b, __u32 c, __u32 d)
{
	if (i < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (i < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (i < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

/* Works the block into the digest and destroys it. Global, so that the verifier walks the rounds once. */
__noinline int emptcp_sha1_block(struct emptcp_sha1 *s)
{
	__u32 a, b, c, d, e;

	if (!s)
		return -1;
	a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3], e = s->h[4];
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < 80; i++) {
		__u32 t = EMPTCP_ROTL(a, 5) + emptcp_sha1_f(i, b, c, d) + e + emptcp_sha1_word(s, i);

		e = d, d = c, c = EMPTCP_ROTL(b, 30), b = a, a = t;
	}
	s->h[0] += a, s->h[1] += b, s->h[2] += c, s->h[3] += d, s->h[4] += e;
	return 0;
}

#endif
