import type { Hook } from "@emptcp/core";
import { linkOf, type PacketLike, bytesOf } from "../matchers/packet.js";

const ETHERNET = 14;

/** Shortest packets of an EtherType that the kernel's test run of TC programs takes (net/bpf/test_run.c). */
const SHORTEST: Readonly<Record<number, number>> = { 0x0800: ETHERNET + 20, 0x86dd: ETHERNET + 40 };

/** Why the kernel's test run cannot take a packet; undefined when it can. */
export function untestable(hook: Hook, packet: PacketLike): string | undefined {
  if (linkOf(packet) === "ip") {
    return "it has no Ethernet header; the kernel's test run of XDP and TC programs always reads one";
  }
  const bytes = bytesOf(packet);
  if (bytes.length < ETHERNET) return `${bytes.length} bytes; the kernel's test run takes 14 or more`;
  const type = ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0);
  const shortest = hook === "xdp" ? ETHERNET : (SHORTEST[type] ?? ETHERNET);
  if (bytes.length >= shortest) return undefined;
  return `${bytes.length} bytes; on TC the kernel's test run takes this EtherType from ${shortest} bytes on`;
}
