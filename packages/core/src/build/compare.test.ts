import { describe, expect, it } from "vitest";
import type { SelectorDefinition } from "../module/define.js";
import type { ObjectDescription } from "./describe.js";
import { placeKey } from "./compare-key.js";
import { memberName, placeParams } from "./compare-params.js";
import { missingPowers } from "./compare-powers.js";

const member = (name: string, offset: number, size: number) => ({ name, offset, size });

describe("placeParams", () => {
  const window = { kind: "u16", description: "bytes" } as const;

  it("finds each parameter's place, whatever the order", () => {
    const layout = {
      size: 8,
      members: [member("only_lower", 0, 1), member("pad", 1, 1), member("window", 2, 2)],
    };
    const onlyLower = { kind: "bool", description: "x" } as const;
    const { params, differences } = placeParams({ window, onlyLower }, layout);
    expect(differences).toEqual([]);
    expect(params.map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ["window", 2, 2],
      ["onlyLower", 0, 1],
    ]);
  });

  it("reports every difference at once", () => {
    const layout = { size: 8, members: [member("window", 0, 4), member("speed", 4, 4)] };
    const { differences } = placeParams({ window, missing: window }, layout);
    expect(differences).toEqual([
      "parameter window: u16 takes 2 bytes, member window has 4",
      "parameter missing: struct params has no member missing",
      "struct params: member speed has no parameter in src/index.ts",
    ]);
  });

  it("refuses what is not aligned", () => {
    const { differences } = placeParams({ window }, { size: 3, members: [member("window", 1, 2)] });
    expect(differences).toEqual(["parameter window: member window at offset 1 is not aligned to 2"]);
  });

  it("spells names in C", () => {
    expect(memberName("onlyLower")).toBe("only_lower");
  });
});

describe("placeKey", () => {
  const definition = {
    ends: "address",
    hooks: [],
    module: "x",
    symbol: "x",
    description: "",
    root: new URL("file:///"),
  } as SelectorDefinition;
  const key = { size: 8, members: [member("src", 0, 4), member("dst", 4, 4)] };
  const key6 = { size: 32, members: [member("src", 0, 16), member("dst", 16, 16)] };

  it("places the fields of both families", () => {
    const placed = placeKey(definition, { key, key6 } as unknown as ObjectDescription);
    expect(placed.differences).toEqual([]);
    expect(placed.key).toMatchObject({
      v4: 8,
      v6: 32,
      ends: "address",
      fields: [
        { v4: [0, 4], v6: [0, 16] },
        { v4: [4, 4], v6: [16, 16] },
      ],
    });
  });

  it("reports a wrong size, and members that nobody fills", () => {
    const wrong = { size: 12, members: [member("src", 0, 4), member("dst", 4, 2), member("more", 8, 4)] };
    const { differences } = placeKey(definition, { key: wrong, key6 } as unknown as ObjectDescription);
    expect(differences).toEqual([
      "key: dst of IPv4 takes 4 bytes, the member has 2",
      "key: member more has no field in src/index.ts",
    ]);
  });
});

describe("missingPowers", () => {
  it("names the helper that needs one", () => {
    expect(missingPowers(["bpf_xdp_adjust_tail"], ["change-header"])).toEqual([
      'powers: bpf_xdp_adjust_tail needs "change-length", declared: change-header',
    ]);
    expect(missingPowers(["bpf_xdp_adjust_tail", "bpf_map_lookup_elem"], ["change-length"])).toEqual([]);
  });
});
