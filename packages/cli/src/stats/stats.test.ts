import type { EngineCounters, StepStats } from "@emptcp/core";
import { expect, it } from "vitest";
import { grouped, short } from "../format/numbers.js";
import { StatsTeller } from "./lines.js";
import type { Snapshot } from "./snapshot.js";

const none = { drop: 0n, redirect: 0n, pass: 0n, again: 0n, fail: 0n, missed: 0n, other: 0n };
const quiet: EngineCounters = {
  rootMissed: 0n,
  entryMissed: 0n,
  stepMissed: 0n,
  mixedGenerations: 0n,
  failedSteps: 0n,
  againLimit: 0n,
  eventsLost: 0n,
  traceLost: 0n,
};
const step = (module: string, packets: bigint, more: Partial<StepStats> = {}) => ({
  module,
  version: "0.1.0",
  packets,
  verdicts: none,
  refusals: {},
  refusalNames: {},
  ...more,
});

const snapshot = (factor: bigint, time: number): Snapshot => ({
  time,
  generation: 12,
  profile: 64,
  policies: [
    {
      set: "web",
      policy: "slow",
      hook: "tc-egress",
      packets: 1_234_567n * factor,
      bytes: 1_500_000_000n * factor,
      steps: [
        step("set-window", 1_234_567n * factor, {
          refusalNames: { "no room": 17n, "GSO packet": 1n },
          ns: { mean: 31.4, samples: 900n },
        }),
        step("drop", 540n, { verdicts: { ...none, drop: 500n, pass: 30n } }),
      ],
      rules: [{ id: 3, match: "ip-pair(src: 10.0.0.0/8, dst: 192.0.2.1)", packets: 12n, bytes: 900n }],
      ruleCount: 40,
    },
    {
      set: "web",
      policy: "rest",
      hook: "tc-egress",
      packets: 0n,
      bytes: 0n,
      steps: [step("pass", 0n)],
    },
  ],
  entries: [{ hook: "tc-egress", ports: [{ name: "eth0" }], packets: 9n, ns: { mean: 120.2, samples: 9n } }],
  engine: { ...quiet, stepMissed: 2n },
});

process.env.NO_COLOR = "1";
const terminal = (columns: number): NodeJS.WriteStream => ({ isTTY: true, columns }) as NodeJS.WriteStream;

it("fits 80 columns, results below their rows", () => {
  const lines = new StatsTeller(false).lines(snapshot(1n, 0), terminal(80));
  expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    generation 12, one packet in 64 is timed
    POLICY                                               PACKETS  BYTES   NS
    web/slow  tc-egress                                1,234,567  1.50G
      rule 3 ip-pair(src: 10.0.0.0/8, dst: 192.0.2.1)         12    900
      … 39 more rules
      1 set-window@0.1.0                               1,234,567          31
        next 1234567, refused: no room 17, GSO packet 1
      2 drop@0.1.0                                           540
        next 10, drop 500, pass 30
    web/rest  tc-egress                                        0      0
      1 pass@0.1.0                                             0
    total  tc-egress                                   1,234,567  1.50G
    entry of eth0  tc-egress                                   9         120
    engine: packets met no next step: 2
    "
  `);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

it("has room for rates at 200 columns", () => {
  const teller = new StatsTeller(true);
  teller.lines(snapshot(1n, 0), terminal(200));
  const lines = teller.lines(snapshot(2n, 2000), terminal(200));
  expect(`\n${lines.slice(1).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    POLICY                                               PACKETS  BYTES  PKT/S  BIT/S   NS  RESULTS
    web/slow  tc-egress                                2,469,134  3.00G   617k  6.00G
      rule 3 ip-pair(src: 10.0.0.0/8, dst: 192.0.2.1)         12    900      0      0
      … 39 more rules
      1 set-window@0.1.0                               2,469,134          617k          31  next 2469134, refused: no room 17, GSO packet 1
      2 drop@0.1.0                                           540             0              next 10, drop 500, pass 30
    web/rest  tc-egress                                        0      0      0      0
      1 pass@0.1.0                                             0             0
    total  tc-egress                                   2,469,134  3.00G   617k  6.00G
    entry of eth0  tc-egress                                   9             0         120
    engine: packets met no next step: 2
    "
  `);
});

it("has no rate where a counter began anew", () => {
  const teller = new StatsTeller(true);
  teller.document(snapshot(2n, 0));
  const { policies } = teller.document(snapshot(1n, 1000)) as { policies: { rates?: unknown }[] };
  expect(policies.map(({ rates }) => rates)).toEqual([undefined, { packets: 0, bits: 0 }]);
});

it.each([
  [0, "0"],
  [0.25, "0.3"],
  [7, "7"],
  [999, "999"],
  [999.7, "1.00k"],
  [1234, "1.23k"],
  [99_960, "100k"],
  [12_345_678, "12.3M"],
])("shortens %d to %s", (value, text) => {
  expect(short(value)).toBe(text);
});

it.each([
  [0n, "0"],
  [999n, "999"],
  [1000n, "1,000"],
  [123_456_789n, "123,456,789"],
  [5_000_000_000n, "5.00G"],
])("groups %d as %s", (value, text) => {
  expect(grouped(value)).toBe(text);
});
