import { expect, it } from "vitest";
import { documentOf } from "./document.js";
import { wallClock } from "./describe.js";
import { dropped } from "./fixture.js";

it("makes one document of a packet", () => {
  const clock = wallClock(0n, 1_763_726_400_000.25);
  expect(documentOf(dropped(), clock)).toMatchObject({
    packet: 7n,
    time: "2025-11-21T12:00:01.000250000Z",
    hook: "tc-egress",
    interface: { port: 3, name: "eth0", layer3: false },
    protocol: "tcp",
    from: "10.0.0.1:40000",
    to: "10.0.0.2:443",
    verdict: "drop",
    complete: true,
    length: { before: 70, after: 74 },
    hops: [
      { at: "entry", set: "web", policy: "slow", rule: 3, result: "chain", ns: 120 },
      {
        at: "step",
        step: 1,
        module: "set-window",
        version: "0.1.0",
        changes: [{ field: "tcp.window", before: "502", after: "100" }, { field: "tcp.checksum" }],
      },
      { step: 2, module: "set-backup", changes: expect.arrayContaining([]) as unknown },
      { step: 3, module: "drop", result: "drop", changes: [] },
    ],
  });
});
