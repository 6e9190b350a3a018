import { expect, it } from "vitest";
import type { Manifest } from "../module/types.js";
import { decodeTableKey } from "./rule-decode.js";

const key: Manifest["key"] = {
  v4: 16,
  v6: 16,
  ends: "endpoint",
  fields: [
    { param: "src", kind: "prefix", end: "src", v4: [0, 4], v6: null },
    { param: "dst", kind: "prefix", end: "dst", v4: [4, 4], v6: null },
    { param: "sport", kind: "ports", end: "src", v4: [8, 2], v6: null },
    { param: "dport", kind: "ports", end: "dst", v4: [10, 2], v6: null },
    { param: "level", kind: "u8", end: null, v4: [12, 1], v6: null },
  ],
};

/** What a key of `bytes` under `mask` says with the key's ends. */
const decode = (ends: "endpoint" | "port" | "address", mask: string, bytes: string): object =>
  decodeTableKey(
    { family: 4, negative: false, masks: [{ selector: "x", mask }] },
    Buffer.from(bytes, "hex"),
    () => ({
      module: "m",
      key: { ...key, ends },
    }),
  );

it("tells keys in the words of policy files", () => {
  const ports = `${"00".repeat(8)}ffff0000${"00".repeat(4)}`;
  expect(decode("port", ports, "23820000")).toEqual({ m: { src: "9090" } });
  expect(decode("port", ports.replace("ffff0000", "0000fff0"), "00001f40")).toEqual({
    m: { dst: "8000-8015" },
  });
  expect(decode("endpoint", ports, "23820000")).toEqual({ m: { src: "*:9090" } });
  expect(decode("endpoint", `ff000000${"00".repeat(6)}ffff00000000`, "0a000000000001bb")).toEqual({
    m: { src: "10.0.0.0/8:*", dst: "*:443" },
  });
  expect(decode("address", `${"00".repeat(4)}ffffffff00000000ff000000`, "0a01010207000000")).toEqual({
    m: { dst: "10.1.1.2", level: "7" },
  });
});
