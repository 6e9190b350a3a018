import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "@emptcp/core";
import { CopyCapture } from "./capture.js";

const bytes = Buffer.alloc(1454, 0x45);

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), "emptcp-capture-"))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The parts that copy tells of a packet. */
const parts = (packet: bigint): EngineEvent[] =>
  [0, 960].map((offset) => {
    const part = Buffer.alloc(960);
    const size = bytes.copy(part, 0, offset, offset + 960);
    const { length } = bytes;
    const data = { packet, length, captured: length, offset, ifindex: 3, size, layer3: 0, reserved: 0 };
    const place = { set: "web", policy: "slow", hook: "tc-egress", step: 1 } as const;
    const who = { module: "copy", package: "@emptcp/actor-copy", version: "0.1.0", event: "copied" };
    return { ...who, ...place, time: 1_500_000_000n, data: { ...data, bytes: part } };
  });

/** What tshark reads of a capture of these events, and how many packets each was said to complete. */
function read(events: readonly EngineEvent[]): { frames: string[][]; completed: number[] } {
  const blocks: Buffer[] = [];
  const capture = new CopyCapture(
    (block) => blocks.push(block),
    "test",
    (ns) => ns,
    (i) => `ns/eth${i}`,
  );
  const completed = events.map((event) => capture.add(event));
  capture.end();
  const file = join(directory, "copies.pcapng");
  writeFileSync(file, Buffer.concat(blocks));
  const fields = ["frame.cap_len", "frame.len", "frame.interface_name", "frame.time_epoch", "frame.comment"];
  const args = ["-r", file, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
  const text = execFileSync("tshark", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const lines = text.split("\n").filter((line) => line !== "");
  return { frames: lines.map((line) => line.split("\t")), completed };
}

describe("CopyCapture", () => {
  const [a0, a1] = parts(1n) as [EngineEvent, EngineEvent];
  const [b0, b1] = parts(2n) as [EngineEvent, EngineEvent];
  const length = `${bytes.length}`;

  it("puts parts together that come among those of others", () => {
    const { frames, completed } = read([a0, b0, b1, a1]);
    expect(completed).toEqual([0, 0, 1, 1]);
    const comment = "emptcp: copied by web/slow, step 2 at tc-egress";
    const frame = [length, length, "ns/eth3", "1.500000000", comment];
    expect(frames).toEqual([frame, frame]);
  });

  it("writes as much as came of packets that lost parts", () => {
    const { frames } = read([a0, b1, b0]);
    expect(frames.map(([captured, whole]) => [captured, whole])).toEqual([
      ["960", length],
      ["960", length],
    ]);
  });

  it("does not wait for ever for parts that are lost", () => {
    const { completed } = read(Array.from({ length: 70 }, (_, i) => parts(BigInt(i + 1))[0]!));
    expect(completed.filter((n) => n > 0)).toHaveLength(70 - 64);
  });
});
