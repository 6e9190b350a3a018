// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The description of a module inside its object: section .emptcp, read from BTF by the build and by core. */
#ifndef EMPTCP_MODULE_BPF_H
#define EMPTCP_MODULE_BPF_H

#include "abi.bpf.h"
#include "hook.bpf.h"

/* Defines emptcp_module; `members` are by value, since BTF keeps no type that is only pointed to. */
#define EMPTCP_MODULE(kind_, members)                            \
	static const struct {                                    \
		__u32 abi;                                       \
		__u32 kind;                                      \
		members                                          \
	} emptcp_module SEC(".emptcp") __attribute__((used)) = { \
		.abi = EMPTCP_ABI,                               \
		.kind = kind_,                                   \
	}

#endif
