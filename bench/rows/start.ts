import type { BpfProgram } from "@emptcp/core/libbpf";
import { openBench } from "../lib/compile.js";
import type { Held } from "../lib/held.js";
import type { BenchHook } from "../lib/hooks.js";
import { setSlot } from "../lib/maps.js";
import type { Probe } from "../lib/measure.js";
import { FIRST_WINDOW, tcpFrame } from "../lib/packets.js";

/** What the frames of a test run look like when the measured program gets them. */
export interface Start {
  /** Flows that are drawn from; 1: always the same. */
  readonly flows?: number;
  /** Flows differ in ports, too. */
  readonly ports?: boolean;
}

/**
 * A program behind one that gives each round a fresh frame: window, checksum and flow. What comes in front
 * costs the same whatever follows; behind it, the empty program tells how much.
 */
export function startOf(held: Held, hook: BenchHook, program: BpfProgram, start: Start = {}): Probe {
  const data = tcpFrame();
  const object = held.add(
    openBench("flows", hook, {
      bench_flows: start.flows ?? 1,
      bench_ports: start.ports === true ? 1 : 0,
      bench_window: swap(FIRST_WINDOW),
      bench_check: data.readUInt16LE(50),
    }),
  );
  for (const name of ["lookup", "lookup_then"]) object.program(name).setAutoload(false);
  object.load();
  setSlot(object.map("bench_next"), 0, program);
  return { program: held.add(object.program("flow").program()), data };
}

const swap = (value: number): number => ((value & 0xff) << 8) | (value >> 8);
