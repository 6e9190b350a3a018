import { describe, expect, it } from "vitest";
import { compareNames, escapeText, listNames, show, suggest } from "./text.js";

describe("texts", () => {
  it("escapes what a terminal would obey", () => {
    expect(escapeText("a\u001b[31mb\u0007\u202ec\r\nd\u200b")).toBe(
      "a\\u001b[31mb\\u0007\\u202ec\\u000d\nd\\u200b",
    );
  });

  it("shows values as users write them, shortened", () => {
    expect(show("a")).toBe('"a"');
    expect(show(undefined)).toBe("nothing");
    expect(show(null)).toBe("nothing");
    expect(show(12n)).toBe("12");
    expect(show([1n, "x"])).toBe('["1","x"]');
    expect(show(Number.NaN)).toBe("NaN");
    expect(show(() => 0)).toBe("a function");
    expect(show(Symbol("x"))).toBe("symbol");
    expect(show("x".repeat(200))).toHaveLength(80);
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(show(loop)).toBe("a value that cannot be shown");
  });

  it("lists names", () => {
    expect(listNames([])).toBe("none");
    expect(listNames(["a"])).toBe("a");
    expect(listNames(["a", "b", "c"], "or")).toBe("a, b or c");
    expect(listNames(Array.from({ length: 20 }, (_, i) => `n${i}`))).toContain("9 more");
  });

  it("suggests the nearest word or nothing", () => {
    expect(suggest("windw", ["window", "mode"])).toBe('; did you mean "window"?');
    expect(suggest("xyz", ["window"])).toBe("");
    expect(suggest("set-windw", ["set-backup", "set-window"])).toContain("set-window");
  });

  it("compares names by bytes, not by locale", () => {
    expect(["b", "a", "B", "é", "z"].sort(compareNames)).toEqual(["B", "a", "b", "z", "é"]);
  });
});
