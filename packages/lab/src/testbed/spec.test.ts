import { describe, expect, it } from "vitest";
import { parsePath, planLab } from "./spec.js";

describe("planLab", () => {
  it("fills in two paths that differ in delay", () => {
    const { id, paths, persistent } = planLab();
    expect(id).toMatch(/^[0-9a-f]{6}$/);
    expect(persistent).toBe(false);
    expect(paths).toEqual([
      { rateMbit: 20, delayMs: 10, access: "veth" },
      { rateMbit: 20, delayMs: 20, access: "veth" },
    ]);
  });

  it.each([
    [{ id: "../x" }, 'use testbed id "../x"'],
    [{ paths: [] }, "make 0 paths"],
    [{ paths: [{}, {}, {}, {}, {}] }, "make 5 paths"],
    [{ paths: [{ rateMbit: -1 }] }, "use -1 as paths[0].rateMbit"],
    [{ paths: [{}, { delayMs: 5000 }] }, "use 5000 as paths[1].delayMs"],
  ])("refuses %j and names the value", (spec, message) => {
    expect(() => planLab(spec)).toThrow(message);
  });
});

describe("parsePath", () => {
  it.each([
    ["20Mbit,10ms", { rateMbit: 20, delayMs: 10 }],
    ["40ms, 0.5gbit, tun", { rateMbit: 500, delayMs: 40, access: "tun" }],
    ["veth", { access: "veth" }],
  ])("reads %s", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  it.each(["", "20", "fast", "10ms,", "-3ms"])('refuses "%s"', (text) => {
    expect(() => parsePath(text)).toThrow(`read path "${text}"`);
  });
});
