import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { kinds } from "./probe/kinds.js";
import type { Outcomes } from "./probe/main.js";
import { tryDevicesHere } from "./run.js";
import { cells, rows } from "./table.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/devices.md"), "utf8");
const documented = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => [cells(line)[0] ?? "", cells(line)] as const),
);

describe("devices", () => {
  let outcomes: Outcomes;
  beforeAll(async () => {
    outcomes = await tryDevicesHere();
  });

  it("of this kernel do what docs/devices.md says", () => {
    const found = rows(outcomes);
    expect([...found.keys()]).toContain("veth");
    for (const [name, row] of found) expect(documented.get(name), name).toEqual(cells(row));
  });

  it("that this kernel lacks are named with the reason", () => {
    const tried = new Set(outcomes.outcomes.map((o) => o.kind));
    for (const { name } of kinds) {
      if (tried.has(name)) expect(outcomes.missing[name]).toBeUndefined();
      else expect(outcomes.missing[name], name).toMatch(/\w/);
    }
  });

  it("are all in the table", () => {
    expect([...documented.keys()].slice(1).filter((name) => !/^-+$/.test(name))).toEqual(
      kinds.map((k) => k.name),
    );
  });

  it("carry connections while policies act", () => {
    const silent = outcomes.outcomes.filter(
      (o) => !o.connected && !kinds.find((k) => k.name === o.kind)?.egressOnly,
    );
    expect(silent).toEqual([]);
  });
});
