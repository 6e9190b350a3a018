import { mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hook, InstalledModule, Manifest } from "@emptcp/core";
import { compile } from "@emptcp/core/build";

const HOOKS: readonly Hook[] = ["xdp", "tc-ingress", "tc-egress"];

/** A module that is made for a test: what its manifest says, and its C. */
export interface ModuleSource {
  readonly manifest: Pick<Manifest, "kind" | "module"> & Partial<Manifest>;
  readonly source: string;
  readonly hooks?: readonly Hook[];
}

/** Compiles modules into a directory of their own; `remove` takes it away. */
export class ModuleWorkshop {
  #directory: string | undefined;
  #count = 0;

  /** Made when it is first asked for. */
  get directory(): string {
    return (this.#directory ??= mkdtempSync(join(tmpdir(), "emptcp-test-")));
  }

  async make({ manifest, source, hooks = HOOKS }: ModuleSource): Promise<InstalledModule> {
    const symbol = manifest.module.replaceAll("-", "_");
    const name = `@test/${manifest.kind}-${manifest.module}`;
    const dir = join(this.directory, `${++this.#count}`);
    mkdirSync(join(dir, "src"), { recursive: true });
    writeFileSync(join(dir, "src", `${symbol}.bpf.c`), source);
    const objects: Partial<Record<Hook, { file: string; sha256: string; size: number }>> = {};
    for (const hook of hooks) {
      const file = `${symbol}.${hook}.bpf.o`;
      await compile({
        package: name,
        cwd: dir,
        source: `src/${symbol}.bpf.c`,
        output: join(dir, "dist", file),
        hook,
      });
      const bytes = readFileSync(join(dir, "dist", file));
      objects[hook] = { file, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
    }
    return {
      dir,
      manifest: {
        schema: 1,
        name,
        version: "0.1.0",
        symbol,
        abi: 1,
        core: "^0.1.0",
        description: "For tests.",
        hooks,
        license: "GPL-2.0-only",
        params: [],
        paramsSize: 0,
        maps: [],
        fields: { provides: [], requires: [] },
        powers: [],
        helpers: [],
        kernel: "6.1",
        objects,
        ...manifest,
      },
    };
  }

  remove(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }
}

/**
 * A selector with a key of its own: TCP packets whose IPv4 TOS or IPv6 traffic class is not 0 carry the token
 * of that number less one.
 */
export const tokenSource: ModuleSource = {
  manifest: {
    kind: "selector",
    module: "token",
    key: {
      v4: 4,
      v6: 4,
      ends: null,
      fields: [
        {
          param: "token",
          kind: "list",
          end: null,
          v4: [0, 4],
          v6: [0, 4],
          descriptor: {
            kind: "list",
            description: "tokens",
            of: { kind: "u32", description: "token" },
            length: 4,
          },
        },
      ],
    },
  },
  source: `// SPDX-License-Identifier: GPL-2.0-only
#include <emptcp/selector.bpf.h>

struct key {
	__u32 token;
};

EMPTCP_SELECTOR(token, struct key)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip4;
	__u8 class = 0;

	if (!emptcp_has_tcp(pkt))
		return EMPTCP_MISS;
	if ((ip4 = emptcp_ip4(ctx, pkt)))
		class = ip4->tos;
	else if ((ip6 = emptcp_ip6(ctx, pkt)))
		class = ip6->priority << 4 | ip6->flow_lbl[0] >> 4;
	if (!class)
		return EMPTCP_MISS;
	key->token = class - 1;
	return EMPTCP_KEY;
}
`,
};
