import type { Trace, TraceFilter, TraceHop } from "@emptcp/core";
import { expect, it } from "vitest";
import { entry, hop } from "./fixture.js";
import { runTrace, type Tracer, type TraceRequest } from "./run.js";

/** A tracer that plays hops, then waits until it is told to end. */
function player(hops: readonly TraceHop[], lost = 0n): Tracer & { filter?: TraceFilter } {
  return {
    trace(filter, { signal } = {}): Trace {
      this.filter = filter;
      async function* play(): AsyncGenerator<TraceHop> {
        for (const one of hops) {
          if (signal?.aborted) return;
          yield await Promise.resolve(one);
        }
        await new Promise<void>((resolve) => {
          if (signal?.aborted) resolve();
          else signal?.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      return { [Symbol.asyncIterator]: play, lost: () => lost };
    },
  } as Tracer & { filter?: TraceFilter };
}

const request = (more: Partial<TraceRequest> = {}): TraceRequest => ({
  filter: {},
  capture: 256,
  signal: new AbortController().signal,
  ...more,
});
const packets = [1n, 2n, 3n].flatMap((packet) => [entry({ packet }), hop({ packet, final: "pass" })]);

it("ends after as many packets as were asked for, and has the kernel count", async () => {
  const tracer = player(packets);
  const told: bigint[] = [];
  const report = await runTrace(tracer, request({ count: 2 }), ({ id }) => told.push(id));
  expect([told, report, tracer.filter]).toEqual([
    [1n, 2n],
    { packets: 2, incomplete: 0, lost: 0n },
    { limit: 2 },
  ]);
});

it("leaves out other interfaces and hooks, and counts by itself then", async () => {
  const other = { id: 1, name: "eth1", netns: "ue", layer3: false };
  const hops = [
    ...packets,
    entry({ packet: 9n, port: other }),
    hop({ packet: 9n, port: other, final: "drop" }),
  ];
  for (const name of ["eth1", "ue/eth1"]) {
    const tracer = player(hops);
    const told: bigint[] = [];
    await runTrace(tracer, request({ count: 1, interface: name }), ({ id }) => told.push(id));
    expect([told, tracer.filter]).toEqual([[9n], {}]);
  }
  const report = await runTrace(player(hops), request({ count: 1, hook: "tc-egress" }), () => undefined);
  expect(report.packets).toBe(1);
});

it("does not wait for packets whose records were lost", async () => {
  const report = await runTrace(player([entry()], 5n), request({ count: 4 }), () => undefined);
  expect(report).toEqual({ packets: 1, incomplete: 1, lost: 5n });
});
