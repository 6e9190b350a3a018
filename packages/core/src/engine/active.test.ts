import { describe, expect, it } from "vitest";
import { ActiveCell, decodeActive, encodeActive } from "./active.js";

describe("active cell", () => {
  it("puts each part into its bits", () => {
    const cell = encodeActive({ slot: 5, bank: 1, bypass: true, generation: 0xfffffffe });
    expect(cell.toString(16)).toBe("fffffffe00010105");
    expect(decodeActive(cell)).toEqual({ slot: 5, bank: 1, bypass: true, generation: 0xfffffffe });
  });

  it("switches only from the state that was expected", () => {
    const memory = new SharedArrayBuffer(8);
    const one = new ActiveCell(memory);
    const other = new ActiveCell(memory);
    const before = one.read();
    const after = { slot: 1, bank: 1, bypass: false, generation: 0x80000001 };
    expect(one.compareAndSwap(before, after)).toBe(true);
    expect(other.read()).toEqual(after);
    expect(other.compareAndSwap(before, { ...after, generation: 2 })).toBe(false);
    expect(one.read()).toEqual(after);
  });
});
