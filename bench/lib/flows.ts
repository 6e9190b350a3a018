import { pair } from "./bench-engine.js";

/** Selectors that the bench fills with rules. */
export type FlowModule = "ip-pair" | "subflow";

/** Bytes of a rule's value; that of the bare table is as large. */
export const VALUE_SIZE = 40;

/** Bytes of a flow's key. */
export const keySize = (module: FlowModule): number => (module === "subflow" ? 12 : 8);

const address = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
const port = (n: number): number => 1024 + (n & 0x3fff);

/** Rules for flows 0 to `count` - 1 as a user writes them; bpf/flows.bpf.c makes the packets. */
export function* rules(module: FlowModule, count: number): Generator<ReturnType<typeof pair>> {
  for (let n = 0; n < count; n++) {
    yield module === "subflow"
      ? pair(module, `${address(n)}:${port(n)}`, "192.0.2.1:443")
      : pair(module, address(n), "192.0.2.1");
  }
}

/** Keys of the same flows for the bare table: addresses, then ports, as on the wire. */
export function keys(module: FlowModule, count: number): Buffer {
  const size = keySize(module);
  const all = Buffer.alloc(size * count);
  for (let n = 0; n < count; n++) {
    all.writeUInt32BE(0x0a000000 + n, n * size);
    all.writeUInt32BE(0xc0000201, n * size + 4);
    if (module === "ip-pair") continue;
    all.writeUInt16BE(port(n), n * size + 8);
    all.writeUInt16BE(443, n * size + 10);
  }
  return all;
}
