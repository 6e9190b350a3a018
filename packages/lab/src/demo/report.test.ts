import { describe, expect, it } from "vitest";
import { renderTable, type Row } from "./report.js";

const row: Row = {
  scenario: "backup",
  where: "router, xdp path2",
  done: "set-backup",
  expected: "no new data on path 2",
  seen: "none",
  ok: true,
};

describe("renderTable", () => {
  it("names each scenario once and says what did not come out", () => {
    const table = renderTable(
      [row, { ...row, ok: false, seen: "some" }, { ...row, scenario: "recording" }],
      120,
    );
    expect(table.match(/^backup$/gm)).toHaveLength(1);
    expect(table.match(/^recording$/gm)).toHaveLength(1);
    expect(table).toMatch(/some +NO$/m);
    expect(table).toMatch(/none +yes$/m);
  });

  it("wraps cells at words and keeps to the width", () => {
    const table = renderTable([{ ...row, seen: "a ".repeat(200).trim() }], 100);
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
