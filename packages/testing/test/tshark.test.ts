import { describe, expect, it } from "vitest";
import { dissect, fieldOf } from "../src/dissect/index.js";
import { geneve, gre, tcp, vxlan } from "../src/packet/index.js";
import { TCP_FLAGS } from "../src/packet/tcp.js";
import { samples } from "./samples.js";
import { hasTshark, tshark, type TsharkFields } from "./tshark.js";

/** Our name of a field, and tshark's. tshark 4.0 does not show the checksum of a DSS, so that one is not here. */
const NAMES: readonly (readonly [ours: RegExp, theirs: string])[] = [
  [/^eth\.(dst|src)$/, "eth.$1"],
  [/^(udp)\.(length|checksum)$/, "$1.$2"],
  [/^ip\.(ttl|id)$/, "ip.$1"],
  [/^ip\.protocol$/, "ip.proto"],
  [/^ip\.(src|dst)$/, "ip.$1|ipv6.$1"],
  [/^ip\.length$/, "ip.len|ipv6.plen"],
  [/^ip\.tos$/, "ip.dsfield"],
  [/^ip\.checksum$/, "ip.checksum"],
  [/^ip\.df$/, "ip.flags.df"],
  [/^ip\.mf$/, "ip.flags.mf"],
  [/^ip\.offset$/, "ip.frag_offset"],
  [/^ip\.trafficClass$/, "ipv6.tclass"],
  [/^ip\.flowLabel$/, "ipv6.flow"],
  [/^ip\.hopLimit$/, "ipv6.hlim"],
  [/^ip\.nextHeader$/, "ipv6.nxt"],
  [/^ip\.fragment\.offset$/, "ipv6.fraghdr.offset"],
  [/^ip\.fragment\.more$/, "ipv6.fraghdr.more"],
  [/^ip\.fragment\.id$/, "ipv6.fraghdr.ident"],
  [/^(tcp|udp)\.sport$/, "$1.srcport"],
  [/^(tcp|udp)\.dport$/, "$1.dstport"],
  [/^tcp\.(seq|ack)$/, "tcp.$1_raw"],
  [/^tcp\.window$/, "tcp.window_size_value"],
  [/^tcp\.checksum$/, "tcp.checksum"],
  [/^tcp\.urgent$/, "tcp.urgent_pointer"],
  [/^tcp\.mss$/, "tcp.options.mss_val"],
  [/^tcp\.wscale$/, "tcp.options.wscale.shift"],
  [/^tcp\.timestamps\.value$/, "tcp.options.timestamp.tsval"],
  [/^tcp\.timestamps\.echo$/, "tcp.options.timestamp.tsecr"],
  [/^tcp\.sack\.left1$/, "tcp.options.sack_le"],
  [/^tcp\.sack\.right1$/, "tcp.options.sack_re"],
  [/^tcp\.mpCapable\.version$/, "tcp.options.mptcp.version"],
  [/^tcp\.mpCapable\.flags$/, "tcp.options.mptcp.flags"],
  [/^tcp\.mpCapable\.senderKey$/, "tcp.options.mptcp.sendkey"],
  [/^tcp\.mp(Capable|Fastclose)\.receiverKey$/, "tcp.options.mptcp.recvkey"],
  [/^tcp\.mpCapable\.dataLength$/, "tcp.options.mptcp.datalvllen"],
  [/^tcp\.mpCapable\.checksum$/, "tcp.options.mptcp.checksum"],
  [/^tcp\.mpJoin\.token$/, "tcp.options.mptcp.recvtok"],
  [/^tcp\.mpJoin\.nonce$/, "tcp.options.mptcp.sendrand"],
  [/^tcp\.(mpJoin|addAddr|mpPrio)\.addressId$/, "tcp.options.mptcp.addrid"],
  [/^tcp\.(mpJoin|mpPrio)\.backup$/, "tcp.options.mptcp.backup.flag"],
  [/^tcp\.dss\.flags$/, "tcp.options.mptcp.flags"],
  [/^tcp\.dss\.ack$/, "tcp.options.mptcp.rawdataack"],
  [/^tcp\.dss\.dsn$/, "tcp.options.mptcp.rawdataseqno"],
  [/^tcp\.dss\.subflowSeq$/, "tcp.options.mptcp.subflowseqno"],
  [/^tcp\.dss\.dataLength$/, "tcp.options.mptcp.datalvllen"],
  [/^tcp\.addAddr\.address$/, "tcp.options.mptcp.ipv4|tcp.options.mptcp.ipv6"],
  [/^tcp\.addAddr\.port$/, "tcp.options.mptcp.port"],
  [/^tcp\.addAddr\.echo$/, "tcp.options.mptcp.echo"],
  [/^tcp\.addAddr\.ipVersion$/, "tcp.options.mptcp.ipver"],
  [/^tcp\.mpFail\.dsn$/, "tcp.options.mptcp.rawdataseqno"],
  [/^tcp\.mpTcprst\.reason$/, "tcp.options.mptcp.rst_reason"],
];

function normal(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  const text = String(value);
  return /^(0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt(text).toString() : text;
}

/** Compares every field that both name; returns how many there were. */
function compare(bytes: Uint8Array, theirs: TsharkFields): number {
  let compared = 0;
  for (const { path, value } of dissect(bytes).fields) {
    const match = NAMES.find(([pattern]) => pattern.test(path));
    if (!match) continue;
    const names = path.replace(match[0], match[1]).split("|");
    const found = names.map((name) => theirs.get(name)?.[0]).find((one) => one !== undefined);
    // tshark 4.0 shows fragment offsets as on the wire, in units of 8 bytes.
    const wire = /offset$/.test(path) ? Number(value) / 8 : value;
    expect(found === undefined ? `tshark has no ${names.join(" or ")}` : `${path} ${normal(found)}`).toBe(
      `${path} ${normal(wire)}`,
    );
    compared++;
  }
  return compared;
}

describe.skipIf(!hasTshark())("builder and dissector agree with tshark", () => {
  const names = Object.keys(samples);
  const packets = Object.values(samples).map((packet) => packet.bytes);
  const theirs = hasTshark() ? tshark(packets) : [];

  it.each(names.map((name, i) => [name, i] as const))("%s", (name, i) => {
    const [bytes, fields] = [packets[i]!, theirs[i]!];
    expect(compare(bytes, fields)).toBeGreaterThan(name === "ARP" ? 1 : 5);
    const { ipChecksum, upperChecksum } = dissect(bytes);
    const status = (text: string | undefined): string | undefined =>
      text && { "0": "bad", "1": "good" }[text];
    expect(ipChecksum).toBe(status(fields.get("ip.checksum.status")?.[0]) ?? "none");
    const upper = status(
      ["tcp", "udp", "icmp", "icmpv6"].map((p) => fields.get(`${p}.checksum.status`)?.[0]).find(Boolean),
    );
    if (upper && upperChecksum !== "partial") expect(upperChecksum).toBe(upper);
    const malformed = [...fields.keys()].filter((key) => key.startsWith("_ws.malformed"));
    expect(malformed).toEqual([]);
  });

  it("knows the statuses that the samples were built with", () => {
    const status = (name: string): string => dissect(samples[name]!.bytes).upperChecksum;
    expect(
      [
        "plain TCP",
        "TCP with a bad checksum",
        "TCP with a partial checksum",
        "UDP without checksum",
        "IPv4 fragment 0",
        "IPv4 fragment 1",
      ].map(status),
    ).toEqual(["good", "bad", "partial", "none", "unchecked", "none"]);
    expect(dissect(samples["IPv4 with a bad checksum"]!.bytes).ipChecksum).toBe("bad");
  });

  it("names the TCP flags and VLAN tags alike", () => {
    const flags = tshark(TCP_FLAGS.map((flag) => tcp({ flags: [flag] }).bytes));
    const known = [
      "tcp.flags.fin",
      "tcp.flags.syn",
      "tcp.flags.reset",
      "tcp.flags.push",
      "tcp.flags.ack",
      "tcp.flags.urg",
      "tcp.flags.ecn|tcp.flags.ece",
      "tcp.flags.cwr",
      "tcp.flags.ns|tcp.flags.ae",
    ];
    flags.forEach((fields, i) => {
      const set = known.filter((name) => name.split("|").some((one) => fields.get(one)?.[0] === "1"));
      expect(set).toEqual([known[i]]);
    });
    const [tags] = tshark([samples.QinQ!.bytes]);
    expect([tags?.get("ieee8021ad.id")?.[0], tags?.get("vlan.id")?.[0]]).toEqual(["10", "20"]);
    const qinq = dissect(samples.QinQ!.bytes);
    expect([fieldOf(qinq, "vlan.id"), fieldOf(qinq, "vlan#2.id")]).toEqual([10, 20]);
  });

  it("finds the packet inside a tunnel alike", () => {
    const inner = tcp({ dport: 443 });
    const packets = [vxlan(inner, 42), geneve(inner, 7, [0, 1, 2, 0]), gre(inner)];
    const theirs = tshark(packets.map((packet) => packet.bytes));
    const ours = packets.map((packet) => dissect(packet.bytes));
    expect(theirs.map((fields) => fields.get("tcp.dstport")?.at(-1))).toEqual(["443", "443", "443"]);
    expect(ours.map((found) => fieldOf(found, "inner.tcp.dport"))).toEqual([443, 443, 443]);
    expect([theirs[0]?.get("vxlan.vni")?.[0], Number(theirs[1]?.get("geneve.vni")?.[0])]).toEqual(["42", 7]);
  });

  it("reads packets of a layer 3 device alike", () => {
    const bytes = tcp({ eth: false, payload: "l3" }).bytes;
    const [fields] = tshark([bytes], 101);
    expect(fields?.get("tcp.checksum.status")).toEqual(["1"]);
    expect(dissect(bytes, "ip").upperChecksum).toBe("good");
  });
});
