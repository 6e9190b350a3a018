import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { TraceCapture } from "./capture.js";
import { dropped, entry, hop, syn } from "./fixture.js";
import type { TracedPacket } from "./packets.js";

const directory = mkdtempSync(join(tmpdir(), "emptcp-capture-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** What tshark makes of a capture: a row of fields for each packet. */
function tshark(packets: readonly TracedPacket[], fields: readonly string[]): string[][] {
  const blocks: Buffer[] = [];
  const capture = new TraceCapture(
    (block) => blocks.push(block),
    "emptcp 1.2.3",
    (ns) => ns + 7n,
  );
  for (const packet of packets) capture.add(packet);
  const file = join(directory, "trace.pcapng");
  writeFileSync(file, Buffer.concat(blocks));
  const args = ["-r", file, "-T", "fields", "-E", "separator=|", "-E", "aggregator=;"];
  const out = execFileSync("tshark", [...args, ...fields.flatMap((field) => ["-e", field])], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return out
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.split("|"));
}

it("is a capture that tshark reads: the packet as it came and as it left, with comments", () => {
  const rows = tshark(
    [dropped()],
    [
      "frame.time_epoch",
      "frame.interface_name",
      "frame.packet_flags_direction",
      "frame.len",
      "tcp.window_size_value",
    ],
  );
  expect(rows).toEqual([
    ["1.000000007", "eth0", "0x00000002", "70", "502"],
    ["1.000001416", "eth0", "0x00000002", "74", "100"],
  ]);
  const comments = tshark([dropped()], ["frame.comment"]).map((row) => row.join(""));
  expect(comments[0]).toBe("emptcp: packet 7 before tc-egress eth0, generation 12");
  expect(comments[1]).toContain("emptcp: packet 7 after tc-egress eth0, generation 12: drop");
  expect(comments[1]).toContain("emptcp: web/slow, rule 3: chain, 120 ns");
  expect(comments[1]).toContain("tcp.window 502 → 100");
  expect(comments[1]).toContain("emptcp: step 3 drop@0.1.0: drop, 9 ns");
});

it("tells verdicts and packets as the format has them", () => {
  expect(tshark([dropped()], ["frame.packet_id", "frame.verdict.ebpf_tc"])).toEqual([
    ["7", ""],
    ["7", "2"],
  ]);
});

it("keeps interfaces of both kinds and namespaces apart, and captures that are cut", () => {
  const port = { id: 4, name: "wg0", netns: "ue", layer3: true };
  const bytes = syn.subarray(14);
  const packets: TracedPacket[] = [
    dropped(),
    {
      id: 8n,
      complete: true,
      hops: [entry({ port, hook: "xdp", before: bytes, final: "pass", length: { before: 999, after: 999 } })],
    },
    { id: 9n, complete: false, hops: [hop({ port, before: bytes })] },
  ];
  expect(
    tshark(packets, ["frame.interface_id", "frame.interface_name", "frame.len", "frame.cap_len", "ip.src"]),
  ).toEqual([
    ["0", "eth0", "70", "70", "10.0.0.1"],
    ["0", "eth0", "74", "74", "10.0.0.1"],
    ["1", "ue/wg0", "999", "56", "10.0.0.1"],
    ["1", "ue/wg0", "999", "56", "10.0.0.1"],
    ["1", "ue/wg0", "56", "56", "10.0.0.1"],
    ["1", "ue/wg0", "56", "56", "10.0.0.1"],
  ]);
});
