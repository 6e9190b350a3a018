import { expect, it } from "vitest";
import type { GenerationManifest } from "@emptcp/core";
import { decodeEvent } from "./decode.js";

const steps = ["record", "set-window", "notify"].map((module) => ({ module, offset: 16, size: 0 }));
const manifest = {
  policies: [
    { set: "web", name: "first", hook: "xdp", stats: 1, steps: steps.slice(0, 1) },
    { set: "web", name: "second", hook: "tc-egress", stats: 2, steps },
  ],
} as unknown as GenerationManifest;

function record(slot: number, data: number[], length = 24 + data.length): Buffer {
  const bytes = Buffer.alloc(24 + data.length);
  bytes.writeBigUInt64LE(123n, 0);
  bytes.writeUInt16LE(7, 8);
  bytes.writeUInt16LE(1, 10);
  bytes.writeUInt16LE(length, 12);
  bytes.writeUInt32LE(slot, 20);
  bytes.set(data, 24);
  return bytes;
}

it.each([
  [1, "first", "record", 1],
  [2, "second", "notify", 3],
  [3, "second", "set-window", 2],
  [4, "second", "record", 1],
])("finds the step of counter %i", (slot, policy, module, step) => {
  const event = decodeEvent(record(slot, [1, 2]), manifest);
  expect(event).toMatchObject({
    timeNs: 123n,
    kind: 7,
    version: 1,
    source: { set: "web", policy, module, step },
  });
  expect([...(event?.data ?? [])]).toEqual([1, 2]);
});

it("keeps an event whose policy is gone", () => {
  expect(decodeEvent(record(99, []), manifest)).toMatchObject({ kind: 7, source: undefined });
});

it.each([[Buffer.alloc(10)], [record(1, [], 100)], [record(1, [], 3)]])(
  "refuses a record that is cut short",
  (bytes) => {
    expect(decodeEvent(bytes, manifest)).toBeUndefined();
  },
);
