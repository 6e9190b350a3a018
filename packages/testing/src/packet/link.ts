import { parseMac } from "./address.js";
import { concat, uint } from "./bytes.js";
import type { Link } from "./packet.js";

/** Ethernet header fields. */
export interface EthFields {
  /** Default "02:00:00:00:00:01". */
  readonly src?: string;
  /** Default "02:00:00:00:00:02". */
  readonly dst?: string;
  /** EtherType of what follows the last tag; by default what the packet really holds. */
  readonly type?: number;
}

/** One VLAN tag (IEEE 802.1Q). */
export interface VlanTag {
  /** VLAN identifier, 0 to 4095. */
  readonly id: number;
  /** Priority code point, 0 to 7 (default 0). */
  readonly priority?: number;
  /** Drop eligible indicator (default false). */
  readonly dropEligible?: boolean;
  /** Tag protocol identifier; by default 0x88a8 for every tag but the innermost, 0x8100 for that. */
  readonly tpid?: number;
}

/** What every builder accepts below its own layer. */
export interface LinkFields {
  /** `false`: no Ethernet header, the packet starts with IP. */
  readonly eth?: EthFields | false;
  /** Outermost tag first; a number is a tag with this identifier. */
  readonly vlan?: readonly (number | VlanTag)[];
}

export const ETH_IPV4 = 0x0800;
export const ETH_ARP = 0x0806;
export const ETH_IPV6 = 0x86dd;

export function linkOf(fields: LinkFields): Link {
  return fields.eth === false ? "ip" : "ethernet";
}

/** Prepends Ethernet header and tags to `inner`, whose EtherType is `type`. */
export function encodeLink(fields: LinkFields, type: number, inner: Uint8Array): Uint8Array {
  if (fields.eth === false) return inner;
  const eth = fields.eth ?? {};
  const tags = (fields.vlan ?? []).map((tag) => (typeof tag === "number" ? { id: tag } : tag));
  const parts = [parseMac(eth.dst ?? "02:00:00:00:00:02"), parseMac(eth.src ?? "02:00:00:00:00:01")];
  tags.forEach((tag, i) => {
    const tpid = tag.tpid ?? (i === tags.length - 1 ? 0x8100 : 0x88a8);
    parts.push(
      uint(tpid, 2),
      uint(((tag.priority ?? 0) << 13) | (tag.dropEligible ? 0x1000 : 0) | tag.id, 2),
    );
  });
  return concat(...parts, uint(eth.type ?? type, 2), inner);
}
