import { expect, it } from "vitest";
import { styleFor } from "../terminal.js";
import { dropped, entry, hop, syn, withPrio } from "./fixture.js";
import { treeOf } from "./tree.js";
import type { TracedPacket } from "./packets.js";

process.env.TZ = "UTC";

const plain = styleFor({ isTTY: false });
const draw = (packet: TracedPacket, width: number): string =>
  treeOf(packet, { style: plain, width, clock: (ns) => ns + 1_763_726_400_123_456_789n }).join("\n");

it("shows each hop with what it changed", () => {
  expect(`\n${draw(dropped(), 200)}\n`).toMatchInlineSnapshot(`
    "
    12:00:01.123456  tcp 10.0.0.1:40000 → 10.0.0.2:443  syn, 70 bytes
    │  tc-egress eth0, cpu 1, generation 12  ⇒ drop
    ├─ web/slow, rule 3    chain   120 ns
    ├─ 1 set-window@0.1.0  next     31 ns
    │      tcp.window    502 → 100
    │      tcp.checksum  0xab17 → 0xaca9
    ├─ 2 set-backup@0.1.0  next   1044 ns
    │      ip.length          56 → 60
    │      ip.checksum        0x26be → 0x26ba
    │      tcp.dataOffset     9 → 10
    │      tcp.checksum       0xaca9 → 0x2da1
    │      tcp.options        mss timestamps nop nop → mss timestamps mpPrio nop nop nop
    │      tcp.mpPrio.length  (none) → 3
    │      tcp.mpPrio.backup  (none) → true
    └─ 3 drop@0.1.0        drop      9 ns
    "
  `);
});

it("fits 80 columns", () => {
  const text = draw(dropped(), 80);
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    12:00:01.123456  tcp 10.0.0.1:40000 → 10.0.0.2:443  syn, 70 bytes
    │  tc-egress eth0, cpu 1, generation 12  ⇒ drop
    ├─ web/slow, rule 3    chain   120 ns
    ├─ 1 set-window@0.1.0  next     31 ns
    │      tcp.window    502 → 100
    │      tcp.checksum  0xab17 → 0xaca9
    ├─ 2 set-backup@0.1.0  next   1044 ns
    │      ip.length          56 → 60
    │      ip.checksum        0x26be → 0x26ba
    │      tcp.dataOffset     9 → 10
    │      tcp.checksum       0xaca9 → 0x2da1
    │      tcp.options        mss timestamps nop nop → mss timestamps mpPrio nop no…
    │      tcp.mpPrio.length  (none) → 3
    │      tcp.mpPrio.backup  (none) → true
    └─ 3 drop@0.1.0        drop      9 ns
    "
  `);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

it("fits 40 columns", () => {
  for (const line of draw(dropped(), 40).split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(40);
});

it("says that nothing matches, and where records are missing", () => {
  const { policy: _, rule: __, ...nothing } = entry({ result: "none", final: "pass" });
  expect(draw({ id: 1n, hops: [nothing], complete: true }, 80)).toContain(
    "└─ no policy matches  none, pass  120 ns",
  );
  expect(draw({ id: 1n, hops: [entry()], complete: false }, 80)).toMatch(
    /└─ records of this packet are missing$/,
  );
});

it("shows a packet without an Ethernet header, and what a module says about itself as text", () => {
  const port = { id: 1, name: "wg0", netns: "ue\u001b[31m", layer3: true };
  const step = { index: 0, module: "ev\u0007il", version: "1" };
  const bytes = syn.subarray(14);
  const text = draw(
    { id: 1n, hops: [hop({ port, step, before: bytes, final: "pass" })], complete: true },
    80,
  );
  expect(text).toContain("tcp 10.0.0.1:40000 → 10.0.0.2:443");
  expect(text).toContain("ue\\u001b[31m/wg0");
  expect(text).toContain("1 ev\\u0007il@1");
});

it("shows a payload by its size, and not that a capture ends elsewhere", () => {
  const cut = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(256)]).subarray(0, 256);
  const whole = (after: Buffer): TracedPacket => ({
    id: 1n,
    hops: [hop({ before: syn, after, final: "pass" })],
    complete: true,
  });
  const truncated = hop({
    before: cut(syn),
    after: cut(withPrio),
    length: { before: 500, after: 504 },
    final: "pass",
  });
  expect(draw({ id: 1n, hops: [truncated], complete: true }, 80)).not.toContain("trailer");
  expect(draw(whole(Buffer.concat([syn, Buffer.alloc(4)])), 80)).toContain("trailer  (none) → 4 bytes");
});
