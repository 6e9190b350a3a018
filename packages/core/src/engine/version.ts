import { readFileSync } from "node:fs";

/** Version of the BPF side's protocol (docs/protocol.md) that this core speaks. */
export const ABI = 1;

let version: string | undefined;

/** Version of @emptcp/core, from its package.json. */
export function coreVersion(): string {
  if (version === undefined) {
    for (const path of ["../package.json", "../../package.json"]) {
      try {
        const text = readFileSync(new URL(path, import.meta.url), "utf8");
        version = (JSON.parse(text) as { version: string }).version;
        break;
      } catch {
        continue;
      }
    }
  }
  return version ?? "0.0.0";
}
