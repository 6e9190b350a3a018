import type { BpfObject } from "@emptcp/core/libbpf";
import { openBench } from "../lib/compile.js";
import type { Held } from "../lib/held.js";
import type { BenchHook } from "../lib/hooks.js";
import { index, setSlot } from "../lib/maps.js";
import type { Probe } from "../lib/measure.js";
import { tcpFrame } from "../lib/packets.js";
import { startOf } from "./start.js";
import { windows } from "./windows.js";

const WORDS = 8;
const CHAIN_ID = Buffer.from("0102030405060708", "hex");

/** Longest chain of the baseline: what packet metadata and skb->cb hold. */
export const PAPER_MOST = { xdp: 8, "tc-ingress": 4 } as const;

/** `struct paper_chain`: the words of a chain whose steps are programs 1, 2, … */
function chain(length: number): Buffer {
  const value = Buffer.alloc(4 * (2 + WORDS));
  value.writeUInt32LE(length, 0);
  value.writeUInt32LE(1, 4);
  windows(length).forEach((window, i) => {
    value.writeUInt8(i + 1 < length ? i + 2 : 0, 8 + 4 * i);
    value.writeUInt16BE(window, 10 + 4 * i);
  });
  return value;
}

/** One selector, number 1, and none after it. */
function selectors(): Buffer {
  const value = Buffer.alloc(4 * (2 + WORDS));
  value.writeUInt32LE(1, 0);
  value.writeUInt32LE(1, 4);
  return value;
}

function update(object: BpfObject, name: string, key: Uint8Array, value: Uint8Array): void {
  using map = object.map(name).map();
  map.update(key, value);
}

/** The original's way to run a chain: the chain alone, and with selection and look-up before it. */
export function paper(held: Held, hook: BenchHook, length: number): { chain: Probe; whole: Probe } {
  const object = held.add(openBench("paper", hook));
  object.load();
  const program = (name: string) => held.add(object.program(name).program());
  const step = program("paper_set_window");
  setSlot(object.map("paper_programs"), 0, program("paper_actions"));
  for (let i = 1; i <= length; i++) setSlot(object.map("paper_programs"), i, step);
  setSlot(object.map("paper_selectors"), 1, program("paper_pair"));
  update(object, "paper_fixed", index(0), chain(length));
  update(object, "paper_fixed", index(1), selectors());
  const frame = tcpFrame();
  const pair = Buffer.concat([frame.subarray(30, 34), frame.subarray(26, 30)]);
  update(object, "paper_pairs", pair, CHAIN_ID);
  update(object, "paper_chains", CHAIN_ID, chain(length));
  return {
    chain: startOf(held, hook, program("paper_chain")),
    whole: startOf(held, hook, program("paper_select")),
  };
}
