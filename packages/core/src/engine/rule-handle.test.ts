import { describe, expect, it } from "vitest";
import { RuleHandle } from "./rule-handle.js";

describe("rule handle", () => {
  it("survives as text", () => {
    const handle = new RuleHandle(7, [
      { table: 3, key: Buffer.from("0a000001", "hex") },
      { table: 12, key: Buffer.from("0a00000100000001", "hex") },
    ]);
    expect(`${handle}`).toBe("7:3.0a000001,12.0a00000100000001");
    expect(RuleHandle.parse(`${handle}`)).toEqual(handle);
  });

  it.each(["", "7", "7:", "7:3", "7:3.0a", "x:3.0a000001", "7:3.0a000001,", "7:3.0A000001"])(
    "refuses %j",
    (text) => {
      expect(() => RuleHandle.parse(text)).toThrowError(
        expect.objectContaining({ code: "ERR_EMPTCP_UNKNOWN_RULE" }),
      );
    },
  );
});
