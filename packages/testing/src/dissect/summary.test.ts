import { summarise } from "@emptcp/core/dissect";
import { describe, expect, it } from "vitest";
import {
  arp,
  destinationOptions,
  geneve,
  gre,
  icmpv6,
  mptcp,
  opt,
  tcp,
  udp,
  vxlan,
} from "../packet/index.js";
import { dissect, fieldOf } from "./index.js";

const inner = tcp({ ip: { src: "192.0.2.1", dst: "192.0.2.2" }, dport: 443 });

describe("a packet in a few words", () => {
  it.each([
    [
      tcp({ flags: ["syn"], options: [opt.mss(1460), mptcp.prio({ backup: true })] }),
      { protocol: "tcp", from: "10.0.0.1:40000", to: "10.0.0.2:8080", notes: ["syn", "mpPrio"] },
    ],
    [
      udp({ ip: { version: 6 } }),
      { protocol: "udp", from: "[fd00::1]:40000", to: "[fd00::2]:53", notes: [] },
    ],
    [icmpv6({ type: 128 }), { protocol: "icmpv6", from: "fd00::1", to: "fd00::2", notes: [] }],
    [
      tcp({ vlan: [10, 20] }),
      { protocol: "tcp", from: "10.0.0.1:40000", to: "10.0.0.2:8080", notes: ["vlan 10", "vlan 20", "ack"] },
    ],
    [arp(), { protocol: "arp", notes: [] }],
    [
      tcp({ ip: { version: 6, extensions: [destinationOptions()] } }),
      { protocol: "tcp", from: "[fd00::1]:40000", to: "[fd00::2]:8080", notes: ["ack"] },
    ],
    [vxlan(inner, 42), { protocol: "udp", from: "10.0.0.1:40000", to: "10.0.0.2:4789", notes: ["vxlan 42"] }],
  ])("%#", (packet, summary) => {
    expect(summarise(packet.bytes, packet.link)).toEqual(summary);
  });

  it("never throws, whatever is missing", () => {
    const whole = vxlan(inner, 42).bytes;
    for (let length = 0; length <= whole.length; length++)
      expect(summarise(whole.subarray(0, length)).protocol).toBeTypeOf("string");
    expect(summarise(new Uint8Array(0))).toEqual({ protocol: "unknown", notes: [] });
  });
});

describe("tunnels", () => {
  it.each([
    ["VXLAN", vxlan(inner, 42), { "vxlan.vni": 42, "inner.eth.type": 0x0800 }],
    ["GENEVE", geneve(inner, 7), { "geneve.vni": 7, "geneve.protocol": 0x6558, "inner.eth.type": 0x0800 }],
    ["GENEVE with options", geneve(inner, 7, [0, 1, 2, 0]), { "geneve.options": "00010200" }],
    ["GRE", gre(inner), { "gre.protocol": 0x6558 }],
  ])("%s shows the packet inside", (_, packet, fields) => {
    const found = dissect(packet.bytes);
    for (const [path, value] of Object.entries({
      ...fields,
      "inner.ip.src": "192.0.2.1",
      "inner.tcp.dport": 443,
    }))
      expect([path, fieldOf(found, path)]).toEqual([path, value]);
  });

  it("follows no more than a few, and leaves the rest", () => {
    let packet = vxlan(inner, 1);
    for (let i = 0; i < 8; i++) packet = vxlan(packet, 1);
    const paths = dissect(packet.bytes).fields.map((field) => field.path);
    expect(paths).toContain("inner.inner.inner.inner.ip.src");
    expect(paths).not.toContain("inner.inner.inner.inner.inner.ip.src");
  });

  it("keeps a truncated packet readable up to where it ends", () => {
    const found = dissect(tcp({ payload: new Uint8Array(1000) }).truncate(256).bytes);
    expect(fieldOf(found, "tcp.window")).toBe(65535);
    expect(found.upperChecksum).toBe("unchecked");
  });
});
