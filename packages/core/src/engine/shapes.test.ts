import { describe, expect, it } from "vitest";
import { LIMITS, TABLE_CONFIG } from "./layout.js";
import { encodeTableConfig, shapeKey, shapeOf, tableKeySize, writeTableKey } from "./shapes.js";

const piece = (selector: string, value: number[], mask: number[]) => ({
  selector,
  value: Uint8Array.from(value),
  mask: Uint8Array.from(mask),
});

describe("shapes", () => {
  const port = piece("port", [0, 0, 0x01, 0xbb], [0, 0, 0xff, 0xff]);
  const pair = piece("ip-pair", [10, 0, 0, 1, 10, 0, 9, 9], [255, 255, 255, 255, 255, 255, 0, 0]);

  it("are equal whatever the order of the pieces", () => {
    const one = shapeOf(4, [port, pair], false);
    expect(shapeKey(one)).toBe(shapeKey(shapeOf(4, [pair, port], false)));
    expect(shapeKey(one)).toBe("4:ip-pair/ffffffffffff0000+port/0000ffff");
    expect(shapeKey(shapeOf(4, [port], true))).toBe("!4:port/0000ffff");
  });

  it("make keys of the masked words, by selector name", () => {
    const shape = shapeOf(4, [port, pair], false);
    expect(tableKeySize(shape)).toBe(12);
    const key = Buffer.alloc(14, 0xee);
    writeTableKey(shape, [port, pair], key, 1);
    expect(key.toString("hex")).toBe("ee" + "0a000001" + "0a000000" + "000001bb" + "ee");
  });

  it("tell the entry which words to take and how to mask them", () => {
    const shape = shapeOf(4, [port, pair], false);
    const config = encodeTableConfig(shape, ["ip-pair", "port"], [0, 2]);
    expect(config?.length).toBe(TABLE_CONFIG.size);
    expect([...(config?.subarray(0, 8) ?? [])]).toEqual([3, 4, 0, 0, 3, 0, 0, 0]);
    expect([...(config?.subarray(8, 11) ?? [])]).toEqual([0, 1, 2]);
    expect(config?.subarray(32, 44).toString("hex")).toBe("ffffffff" + "ffff0000" + "0000ffff");
  });

  it("are keyed by one zero word when no word is left", () => {
    const shape = shapeOf(0, [piece("any", [], [])], false);
    expect(tableKeySize(shape)).toBe(4);
    const key = Buffer.alloc(4, 0xee);
    writeTableKey(shape, [piece("any", [], [])], key, 0);
    expect(key.toString("hex")).toBe("00000000");
  });

  it("have no configuration when the key is too long", () => {
    const wide = piece("wide", [], new Array<number>(4 * LIMITS.tableWords + 4).fill(0xff));
    expect(encodeTableConfig(shapeOf(0, [wide], false), ["wide"], [0])).toBeUndefined();
  });
});
