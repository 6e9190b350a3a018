import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bitmap } from "./bitmap.js";

const bitmap = (size: number): Bitmap => new Bitmap(new Uint32Array(Math.ceil(size / 32)), size);

describe("bitmap", () => {
  it("takes every integer once, the lowest first", () => {
    const map = bitmap(70);
    const taken = Array.from({ length: 70 }, () => map.take());
    expect(taken).toEqual(Array.from({ length: 70 }, (_, i) => i));
    expect(map.take()).toBeUndefined();
    map.clear(33);
    expect(map.take()).toBe(33);
  });

  it("finds runs between what is taken", () => {
    const map = bitmap(64);
    for (const i of [3, 10, 40]) map.set(i);
    expect(map.takeRun(3)).toBe(0);
    expect(map.takeRun(6)).toBe(4);
    expect(map.takeRun(25)).toBe(11);
    expect(map.takeRun(29)).toBeUndefined();
  });

  it("agrees with a set under any sequence of operations", () => {
    const operation = fc.oneof(
      fc.constant({ kind: "take" as const }),
      fc.record({ kind: fc.constant("clear" as const), index: fc.nat(99) }),
      fc.record({ kind: fc.constant("run" as const), count: fc.integer({ min: 1, max: 9 }) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const map = bitmap(100);
        const model = new Set<number>();
        for (const op of operations) {
          if (op.kind === "clear") {
            map.clear(op.index);
            model.delete(op.index);
            continue;
          }
          const count = op.kind === "run" ? op.count : 1;
          const first = op.kind === "run" ? map.takeRun(op.count) : map.take();
          if (first === undefined) {
            for (let i = 0; i + count <= 100; i++) {
              const free = Array.from({ length: count }, (_, k) => !model.has(i + k));
              expect(free.every(Boolean)).toBe(false);
            }
            continue;
          }
          for (let i = first; i < first + count; i++) {
            expect(model.has(i)).toBe(false);
            model.add(i);
          }
        }
        expect(map.count()).toBe(model.size);
      }),
    );
  });
});
