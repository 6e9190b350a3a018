import type { Manifest } from "@emptcp/core";
import type { ModuleSource } from "@emptcp/testing";

/** An actor for a test from what stands around its body. */
export function actorSource(
  module: string,
  parts: { readonly top?: string; readonly body: string },
  manifest: Partial<Manifest> = {},
): ModuleSource {
  return {
    manifest: { kind: "actor", module, ...manifest },
    source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/actor.bpf.h>
#include <emptcp/event.bpf.h>
#include <emptcp/field.bpf.h>
#include <emptcp/log.bpf.h>
${parts.top ?? ""}
EMPTCP_ACTOR0(${module.replaceAll("-", "_")})
{
${parts.body}
	return EMPTCP_NEXT;
}
`,
  };
}

/** A selector without a key that hits every packet. */
export function selectorSource(
  module: string,
  parts: { readonly top?: string; readonly body: string },
): ModuleSource {
  return {
    manifest: { kind: "selector", module, key: { v4: 0, v6: 0, ends: null, fields: [] } },
    source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/selector.bpf.h>
#include <emptcp/event.bpf.h>
#include <emptcp/log.bpf.h>
${parts.top ?? ""}
EMPTCP_SELECTOR0(${module})
{
${parts.body}
	return EMPTCP_KEY;
}
`,
  };
}
