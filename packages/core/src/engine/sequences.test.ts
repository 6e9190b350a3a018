import { describe, expect, it } from "vitest";
import { layoutRow, StepInstances, type SequenceStep } from "./sequences.js";

const step = (module: string, paramsSize = 4): SequenceStep => ({
  module,
  package: `@test/${module}`,
  paramsSize,
});

describe("rows", () => {
  it("lays parameters out from the end of the chain", () => {
    expect(layoutRow([step("a", 12), step("b", 0), step("c", 4)])).toEqual({
      rowClass: 0,
      size: 40,
      offsets: [24, 24, 16],
    });
  });

  it("chooses the smallest class that holds the parameters, or none", () => {
    expect(layoutRow([step("a", 49)]).rowClass).toBe(1);
    expect(layoutRow([step("a", 48)]).rowClass).toBe(0);
    expect(layoutRow([step("a", 1009)]).rowClass).toBeUndefined();
  });
});

describe("step instances", () => {
  it("shares the programs of a common ending and links each to the next", () => {
    const instances = new StepInstances();
    const abc = instances.add([step("a"), step("b"), step("c")]);
    const dbc = instances.add([step("d"), step("b"), step("c")]);
    const list = instances.list();
    expect(list).toHaveLength(4);
    const bySlot = new Map(list.map((i) => [i.slot, i]));
    const walk = (slot: number | undefined): string[] => {
      const instance = bySlot.get(slot ?? 0);
      return instance ? [instance.module, ...walk(instance.next)] : [];
    };
    expect(walk(abc)).toEqual(["a", "b", "c"]);
    expect(walk(dbc)).toEqual(["d", "b", "c"]);
    expect(list.filter((i) => i.module === "c")[0]).toMatchObject({ position: 0, next: 0, paramOffset: 16 });
  });

  it("does not share between row classes or parameter sizes", () => {
    const instances = new StepInstances();
    instances.add([step("c")]);
    instances.add([step("big", 100), step("c")]);
    instances.add([step("c", 8)]);
    expect(instances.list()).toHaveLength(4);
  });

  it("keeps the slots of programs that are loaded", () => {
    const before = new StepInstances();
    before.add([step("a"), step("b")]);
    const after = new StepInstances(before.list());
    expect(after.add([step("b")])).toBe(before.list().find((i) => i.module === "b")?.slot);
    expect(after.list()).toEqual(before.list());
  });
});
