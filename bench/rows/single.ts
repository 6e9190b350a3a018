import type { Probe } from "../lib/measure.js";
import { openBench } from "../lib/compile.js";
import type { Held } from "../lib/held.js";
import type { BenchHook } from "../lib/hooks.js";
import { startOf } from "./start.js";
import { windows } from "./windows.js";

/** A hand-written program that sets `length` windows. */
export function single(held: Held, hook: BenchHook, length: number): Probe {
  const list = Buffer.alloc(16);
  windows(length).forEach((window, i) => list.writeUInt16BE(window, 2 * i));
  const object = held.add(openBench("single", hook, { bench_steps: length, bench_windows: list }));
  object.load();
  return startOf(held, hook, held.add(object.program("single").program()));
}
