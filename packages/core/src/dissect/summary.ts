import { dissect } from "./dissect.js";
import type { Field, Link } from "./reader.js";

const ETHER_TYPES: Readonly<Record<number, string>> = { 0x0806: "arp", 0x88cc: "lldp", 0x888e: "eapol" };
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "icmp",
  2: "igmp",
  4: "ipip",
  6: "tcp",
  17: "udp",
  41: "sit",
  47: "gre",
  50: "esp",
  58: "icmpv6",
  132: "sctp",
};
/** Options that are in nearly every segment. */
const USUAL = ["nop", "eol", "timestamps", "mss", "wscale", "sackPermitted"];

/** A packet in a few words. */
export interface PacketSummary {
  /** Innermost name of what it is: "tcp", "icmpv6", "arp", "vxlan". */
  readonly protocol: string;
  /** Address, with the TCP or UDP port where there is one: "10.0.0.1:443", "[fd00::1]:443". */
  readonly from?: string;
  readonly to?: string;
  /** TCP flags, options that are not in every segment, VLAN, tunnel: "syn", "mpCapable", "vlan 7". */
  readonly notes: readonly string[];
}

type Get = (path: string) => Field["value"] | undefined;

function end(get: Get, address: string, port: string): string | undefined {
  const [ip, number] = [get(address), get(`tcp.${port}`) ?? get(`udp.${port}`)];
  if (ip === undefined) return undefined;
  const text = String(ip);
  if (number === undefined) return text;
  return text.includes(":") ? `[${text}]:${number}` : `${text}:${number}`;
}

function protocolOf(get: Get): string {
  const number = get("ip.fragment.nextHeader") ?? get("ip.nextHeader") ?? get("ip.protocol");
  for (const name of ["tcp", "udp"]) if (get(`${name}.sport`) !== undefined) return name;
  if (number === undefined) {
    const type = get("vlan#2.type") ?? get("vlan.type") ?? get("eth.type");
    if (type === undefined) return "unknown";
    return ETHER_TYPES[Number(type)] ?? `ethertype 0x${Number(type).toString(16).padStart(4, "0")}`;
  }
  if (get("icmp.type") !== undefined) return get("ip.version") === 6 ? "icmpv6" : "icmp";
  return PROTOCOLS[Number(number)] ?? `protocol ${number}`;
}

function notesOf(get: Get): string[] {
  const notes: string[] = [];
  for (const tag of ["vlan", "vlan#2"])
    if (get(`${tag}.id`) !== undefined) notes.push(`vlan ${get(`${tag}.id`)}`);
  if (
    get("ip.mf") === true ||
    get("ip.fragment.more") === true ||
    Number(get("ip.offset") ?? get("ip.fragment.offset") ?? 0) > 0
  )
    notes.push("fragment");
  if (get("tcp.flags") !== undefined) notes.push(String(get("tcp.flags")) || "no flags");
  const options = String(get("tcp.options") ?? "").split(" ");
  notes.push(...new Set(options.filter((name) => name !== "" && !USUAL.includes(name))));
  for (const tunnel of ["vxlan", "geneve"])
    if (get(`${tunnel}.vni`) !== undefined) notes.push(`${tunnel} ${get(`${tunnel}.vni`)}`);
  return notes;
}

/** Tells a packet in a few words. Never throws. @param link "ip" when it has no Ethernet header */
export function summarise(bytes: Uint8Array, link: Link = "ethernet"): PacketSummary {
  const fields = new Map(dissect(bytes, link).fields.map((field) => [field.path, field.value]));
  const get: Get = (path) => fields.get(path);
  const [from, to] = [end(get, "ip.src", "sport"), end(get, "ip.dst", "dport")];
  return {
    protocol: protocolOf(get),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    notes: notesOf(get),
  };
}
