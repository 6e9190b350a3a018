import { describe, expect, it } from "vitest";
import { catalog } from "../../test/support/modules.js";
import type { ProblemsError } from "../errors.js";
import { all, any, not } from "./build.js";
import { conjunctText, expandCondition } from "./expand.js";
import { describeShape, shapeKey, tableKeySize } from "./shape.js";
import type { Condition, Match } from "./types.js";

const match = (module: string, params: Match["params"] = {}): Condition => ({
  kind: "match",
  module,
  params,
});
const expand = (when: Condition, hook: "xdp" | "tc-egress" = "tc-egress") =>
  expandCondition(when, hook, catalog);
const texts = (when: Condition): string[] => expand(when).map(conjunctText);
const hex = (bytes?: Uint8Array): string => Buffer.from(bytes ?? []).toString("hex");

describe("expandCondition", () => {
  it("puts a pair into wire order for the hook", () => {
    const pair = match("subflow", { local: "10.0.0.1:1", remote: "10.0.0.2:443" });
    expect(hex(expand(pair)[0]?.pieces[0]?.value)).toBe("0a0000010a000002000101bb");
    expect(hex(expand(pair, "xdp")[0]?.pieces[0]?.value)).toBe("0a0000020a00000101bb0001");
    expect(expand(pair)[0]).toMatchObject({ family: 4, negatives: [] });
  });

  it("uses one piece for both families where the key allows, else one for each", () => {
    expect(expand(match("port", { remote: 443 })).map((c) => c.family)).toEqual([0]);
    expect(expand(match("subflow", { remote: { port: 443 } })).map((c) => c.family)).toEqual([4, 6]);
    expect(expand(match("tcp")).map(conjunctText)).toEqual(["0 tcp 0:/ ! "]);
    expect(expand(all()).map(conjunctText)).toEqual(["0  ! "]);
    expect(expand(any())).toEqual([]);
  });

  it("splits ranges into blocks and between into two directions", () => {
    expect(
      expand(match("port", { dst: "8000-8100" })).map(
        (c) => `${hex(c.pieces[0]?.value)}/${hex(c.pieces[0]?.mask)}`,
      ),
    ).toEqual(["00001f40/0000ffc0", "00001f80/0000ffe0", "00001fa0/0000fffc", "00001fa4/0000ffff"]);
    expect(expand(match("port", { between: [1, 2] }))).toHaveLength(2);
    expect(expand(match("port", { between: [1, 1] }))).toHaveLength(1);
  });

  it("joins pieces of one selector and drops contradictions", () => {
    expect(texts(all(match("port", { src: 1 }), match("port", { dst: 2 })))).toEqual(
      texts(match("port", { src: 1, dst: 2 })),
    );
    expect(expand(all(match("port", { dst: 80 }), match("port", { dst: 443 })))).toEqual([]);
    expect(texts(all(match("port", { dst: "80-90" }), match("port", { dst: "90-99" })))).toEqual(
      texts(match("port", { dst: 90 })),
    );
    const both = expand(all(match("ip-pair", { src: "10.0.0.0/8" }), match("ip-pair", { src: "fd00::/8" })));
    expect(both).toEqual([]);
    const narrowed = expand(all(match("subflow", { src: "*:*" }), match("subflow", { src: "10.0.0.1:5" })));
    expect(narrowed.map((c) => [c.family, c.pieces[0]?.value.length])).toEqual([[4, 12]]);
  });

  it("removes what another alternative covers", () => {
    expect(
      texts(any(match("ip-pair", { src: "10.0.0.0/8" }), match("ip-pair", { src: "10.1.0.0/16" }))),
    ).toHaveLength(1);
    expect(texts(any(match("tcp"), all(match("tcp"), match("port", { dst: 1 }))))).toEqual(
      texts(match("tcp")),
    );
    expect(texts(any(match("tcp"), all(match("tcp"), not(match("port", { dst: 1 })))))).toEqual(
      texts(match("tcp")),
    );
  });

  it("keeps negations as literals with all their pieces", () => {
    const [one] = expand(all(match("tcp"), not(match("port", { dst: "8000-8100" }))));
    expect(one?.negatives).toHaveLength(1);
    expect(one?.negatives[0]?.pieces).toHaveLength(4);
    const long = expand(not(match("ip-pair", { src: ["fd00::1", "fd00::2", "fd00::3"] })))[0]?.negatives[0];
    expect(long?.id).toMatch(/^ip-pair sha256:[0-9a-f]{64}$/);
    expect(texts(not(not(match("tcp"))))).toEqual(texts(match("tcp")));
    expect(texts(not(any(match("tcp"), match("token", { token: 1 }))))).toEqual(
      texts(all(not(match("tcp")), not(match("token", { token: 1 })))),
    );
  });

  it("drops negations that cannot hit and conjuncts that always do", () => {
    expect(texts(all(match("port", { dst: 80 }), not(match("port", { dst: 443 }))))).toEqual(
      texts(match("port", { dst: 80 })),
    );
    expect(expand(all(match("port", { dst: 80 }), not(match("port", { dst: "0-1023" }))))).toEqual([]);
    const six = all(match("ip-pair", { src: "10.0.0.1" }), not(match("ip-pair", { src: "fd00::/8" })));
    expect(texts(six)).toEqual(texts(match("ip-pair", { src: "10.0.0.1" })));
    expect(texts(not(match("ip-pair", { src: "10.0.0.1", dst: "fd00::1" })))).toEqual(["0  ! "]);
  });

  it("throws everything that is wrong", () => {
    const wrong = all(match("port", { dst: "x" }), match("ip-pair", { src: "y", dst: "10.0.0.1/8" }));
    try {
      expand(wrong);
      expect.unreachable();
    } catch (error) {
      expect((error as ProblemsError).problems.map((p) => p.path)).toEqual([
        "all[0].port.dst",
        "all[1].ip-pair.src",
        "all[1].ip-pair.dst",
      ]);
    }
  });

  it("refuses more alternatives than fit", () => {
    const src = Array.from({ length: 400 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
    const ports = Array.from({ length: 200 }, (_, i) => i * 3);
    expect(() => expand(all(match("ip-pair", { src }), match("port", { dst: ports })))).toThrow(
      /expand condition: \d+ alternatives, at most 65536 are possible/,
    );
  });

  it("does a list of ten thousand pairs in reasonable time", () => {
    const src = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
    const start = Date.now();
    expect(expand(all(match("ip-pair", { src }), match("port", { dst: "80,443" })))).toHaveLength(20_000);
    expect(Date.now() - start).toBeLessThan(5000);
  });
});

describe("shapes", () => {
  it("have a canonical text whatever the order of their pieces", () => {
    const [c] = expand(all(match("port", { dst: 443 }), match("ip-pair", { src: "10.0.0.0/8" })));
    expect(c && shapeKey(c.family, c.pieces)).toBe("4:ip-pair/ff00000000000000+port/0000ffff");
    expect(c && shapeKey(c.family, [...c.pieces].reverse(), true)).toBe(
      "!4:ip-pair/ff00000000000000+port/0000ffff",
    );
    expect(c && describeShape(c)).toBe("ipv4 ip-pair + port");
    expect(c && tableKeySize(c.pieces)).toBe(8);
    expect(describeShape({ family: 0, pieces: [] })).toBe("every packet");
    expect(tableKeySize([])).toBe(4);
  });
});
