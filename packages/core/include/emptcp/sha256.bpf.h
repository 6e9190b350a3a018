// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* SHA-256 (FIPS 180-4), one block at a time, in words of host byte order. */
#ifndef EMPTCP_SHA256_BPF_H
#define EMPTCP_SHA256_BPF_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct emptcp_sha256 {
	__u32 h[8]; /* the digest so far */
	__u32 w[16]; /* the block; the message's first byte is the highest of w[0] */
	__u32 v[8]; /* working variables: a of round i is v[-i mod 8], b the one behind it, ... */
};

static const __u32 emptcp_sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define EMPTCP_ROTR(x, n) ((x) >> (n) | (x) << (32 - (n)))

static __always_inline void emptcp_sha256_begin(struct emptcp_sha256 *s)
{
	s->h[0] = 0x6a09e667;
	s->h[1] = 0xbb67ae85;
	s->h[2] = 0x3c6ef372;
	s->h[3] = 0xa54ff53a;
	s->h[4] = 0x510e527f;
	s->h[5] = 0x9b05688c;
	s->h[6] = 0x1f83d9ab;
	s->h[7] = 0x5be0cd19;
}

/* Word `i` of the message schedule, in the place of the one 16 before. */
static __always_inline __u32 emptcp_sha256_word(struct emptcp_sha256 *s, __u32 i)
{
	__u32 w15 = s->w[(i + 1) & 15], w2 = s->w[(i + 14) & 15];

	if (i >= 16)
		s->w[i & 15] += (EMPTCP_ROTR(w15, 7) ^ EMPTCP_ROTR(w15, 18) ^ w15 >> 3) + s->w[(i + 9) & 15] +
				(EMPTCP_ROTR(w2, 17) ^ EMPTCP_ROTR(w2, 19) ^ w2 >> 10);
	return s->w[i & 15];
}

/*
 * Works the block into the digest and destroys it. Global, so that the verifier walks the rounds once; the
 * variables stay in place and their names go round, since the stack has no room for them.
 */
__noinline int emptcp_sha256_block(struct emptcp_sha256 *s)
{
	if (!s)
		return -1;
	for (__u32 i = 0; i < 8; i++)
		s->v[i] = s->h[i];
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < 64; i++) {
		__u32 a = s->v[-i & 7], b = s->v[(1 - i) & 7], c = s->v[(2 - i) & 7];
		__u32 e = s->v[(4 - i) & 7], f = s->v[(5 - i) & 7], g = s->v[(6 - i) & 7];
		__u32 t = s->v[(7 - i) & 7] + emptcp_sha256_k[i] + emptcp_sha256_word(s, i);

		t += (EMPTCP_ROTR(e, 6) ^ EMPTCP_ROTR(e, 11) ^ EMPTCP_ROTR(e, 25)) + ((e & f) ^ (~e & g));
		s->v[(3 - i) & 7] += t;
		t += (EMPTCP_ROTR(a, 2) ^ EMPTCP_ROTR(a, 13) ^ EMPTCP_ROTR(a, 22)) +
		     ((a & b) ^ (a & c) ^ (b & c));
		s->v[(7 - i) & 7] = t;
	}
	for (__u32 i = 0; i < 8; i++)
		s->h[i] += s->v[i];
	return 0;
}

#endif
