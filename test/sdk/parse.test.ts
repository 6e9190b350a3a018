import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "@emptcp/core/build";
import { BpfObject, type BpfProgram } from "@emptcp/core/libbpf";
import {
  arp,
  destinationOptions,
  fragmentHeader,
  fragments,
  hopByHop,
  icmp,
  icmpv6,
  routing,
  tcp,
  udp,
  type Packet,
  type TcpFields,
} from "@emptcp/testing";

const V4 = 1;
const V6 = 2;
const FRAGMENT = 4;
const [NONE, TCP, UDP, ICMP, ICMPV6] = [0, 1, 2, 3, 4];
const v6 = { src: "fd00::1", dst: "fd00::2" };
const directory = mkdtempSync(join(tmpdir(), "emptcp-parse-"));
const open: { close(): void }[] = [];
const programs = new Map<boolean, BpfProgram>();

beforeAll(async () => {
  const output = join(directory, "parse.bpf.o");
  const cwd = join(import.meta.dirname, "fixtures");
  await compile({ package: "@test/parse", cwd, source: "parse.bpf.c", output, hook: "xdp" });
  for (const layer3 of [false, true]) {
    const object = BpfObject.open(readFileSync(output), { name: "parse" });
    object.setRodata("layer3", layer3 ? 1 : 0);
    object.program("parse").setExpectedAttachType(0);
    object.load();
    const program = object.program("parse").program();
    programs.set(layer3, program);
    open.push(program, object);
  }
});
afterAll(() => {
  for (const handle of open) handle.close();
  rmSync(directory, { recursive: true });
});

function parse(bytes: Uint8Array, layer3 = false): { l3: number; l4: number; flags: number; kind: number } {
  const retval = programs.get(layer3)?.testRun({ data: bytes }).retval ?? 0;
  return { l3: retval & 0xff, l4: (retval >> 8) & 0xfff, flags: (retval >> 20) & 0xf, kind: retval >>> 24 };
}

const vlans = (...vlan: number[]): Partial<TcpFields> => ({ vlan });

describe("parse", () => {
  it.each<[string, Packet, ReturnType<typeof parse>]>([
    ["TCP", tcp({}), { l3: 14, l4: 34, flags: V4, kind: TCP }],
    ["TCP over IPv6", tcp({ ip: v6 }), { l3: 14, l4: 54, flags: V6, kind: TCP }],
    ["one tag", tcp(vlans(5)), { l3: 18, l4: 38, flags: V4, kind: TCP }],
    ["two tags", tcp(vlans(5, 6)), { l3: 22, l4: 42, flags: V4, kind: TCP }],
    ["three tags", tcp(vlans(5, 6, 7)), { l3: 0, l4: 0, flags: 0, kind: NONE }],
    ["UDP", udp({}), { l3: 14, l4: 34, flags: V4, kind: UDP }],
    ["ICMP", icmp({}), { l3: 14, l4: 34, flags: V4, kind: ICMP }],
    ["ICMPv6", icmpv6({}), { l3: 14, l4: 54, flags: V6, kind: ICMPV6 }],
    ["ARP", arp({}), { l3: 0, l4: 0, flags: 0, kind: NONE }],
  ])("%s", (_, packet, expected) => {
    expect(parse(packet.bytes)).toEqual(expected);
  });

  it("goes over IPv6 extension headers", () => {
    const packet = tcp({ ip: { ...v6, extensions: [hopByHop(), routing(), destinationOptions()] } });
    const { l4, kind } = parse(packet.bytes);
    expect(kind).toBe(TCP);
    expect(packet.bytes.readUInt16BE(l4)).toBe(packet.description.sport ?? packet.bytes.readUInt16BE(l4));
    expect(l4).toBeGreaterThanOrEqual(54 + 24);
  });

  it("takes an atomic fragment for a whole packet", () => {
    const packet = tcp({ ip: { ...v6, extensions: [fragmentHeader({ offset: 0, more: false, id: 1 })] } });
    expect(parse(packet.bytes)).toEqual({ l3: 14, l4: 62, flags: V6, kind: TCP });
  });

  it.each([{}, { ip: v6 }])("finds the L4 header in the first fragment only: %j", (more) => {
    const [first, ...later] = fragments(udp({ ...more, payload: "x".repeat(2000) }), 1000);
    expect(parse(first?.bytes ?? Buffer.alloc(14))).toMatchObject({ kind: UDP });
    for (const { bytes } of [first, ...later].filter((p) => p !== undefined)) {
      expect(parse(bytes).flags & FRAGMENT).toBe(FRAGMENT);
    }
    expect(later.length).toBeGreaterThan(0);
    for (const { bytes } of later) expect(parse(bytes)).toMatchObject({ l4: 0, kind: NONE });
  });

  it("finds no L4 header in a packet that is cut off, whatever its length", () => {
    const { bytes } = tcp({ payload: "data" });
    for (let length = 14; length < bytes.length; length++) {
      expect(parse(bytes.subarray(0, length)).kind, `${length} bytes`).toBe(NONE);
    }
  });

  it("does not take Ethernet padding for TCP", () => {
    const { bytes } = tcp({}).pad(60);
    bytes[46] = 0xf0; // a data offset of 60 bytes reaches into the padding
    expect(parse(bytes)).toMatchObject({ kind: NONE });
  });

  it.each([0, 1, 2, 3, 4])("refuses a data offset of %i words", (words) => {
    const { bytes } = tcp({ payload: "data" });
    bytes[46] = words << 4;
    expect(parse(bytes)).toMatchObject({ flags: V4, kind: NONE });
  });

  it.each([
    [tcp({}), V4, 20],
    [tcp({ ip: v6 }), V6, 40],
  ] as const)("begins at the IP header on devices without Ethernet", (packet, flags, l4) => {
    expect(parse(packet.bytes.subarray(14), true)).toEqual({ l3: 0, l4, flags, kind: TCP });
  });
});
