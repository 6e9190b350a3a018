import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPorts, parsePorts, rangeToMasks } from "./port-set.js";

describe("port sets", () => {
  it.each([
    [443, "443"],
    ["443", "443"],
    ["80,443,8000-8100", "80,443,8000-8100"],
    [" 80 , 443 ", "80,443"],
    [[80, "81-90", "85-100"], "80-100"],
    ["0-65535", "0-65535"],
    ["5-5", "5"],
  ])("%j is %s", (input, text) => expect(formatPorts(parsePorts(input) ?? [])).toBe(text));

  it.each([-1, 65536, 1.5, "", "a", "1-", "-1", "9-8", "70000", "1--2", [], [[]], null, undefined, {}, true])(
    "refuses %j",
    (input) => expect(parsePorts(input)).toBeUndefined(),
  );

  it("splits a range into at most 30 blocks that hold exactly its ports", () => {
    fc.assert(
      fc.property(
        fc.nat(65535),
        fc.nat(65535),
        fc.array(fc.nat(65535), { minLength: 20 }),
        (a, b, probes) => {
          const range = { from: Math.min(a, b), to: Math.max(a, b) };
          const blocks = rangeToMasks(range);
          expect(blocks.length).toBeLessThanOrEqual(30);
          for (const p of [range.from, range.to, range.from - 1, range.to + 1, ...probes]) {
            if (p < 0 || p > 65535) continue;
            const hits = blocks.filter(({ value, mask }) => (p & mask) === value).length;
            expect(hits).toBe(range.from <= p && p <= range.to ? 1 : 0);
          }
        },
      ),
    );
    expect(rangeToMasks({ from: 0, to: 65535 })).toEqual([{ value: 0, mask: 0 }]);
    expect(rangeToMasks({ from: 1, to: 65534 })).toHaveLength(30);
  });
});
