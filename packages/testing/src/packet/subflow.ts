import type { Bytes } from "./bytes.js";
import { mptcp } from "./mptcp.js";
import type { MpCapableFields } from "./mptcp-options.js";
import type { Packet } from "./packet.js";
import { tcp, type TcpFields, type TcpFlag } from "./tcp.js";
import type { TcpOption } from "./tcp-options.js";

/** Sequence numbers of the SYNs that {@link subflow} sends. */
const ISN = { opener: 1000, acceptor: 2000 };

/** Packets of one subflow, seen from the host that opens it. */
export interface SubflowPackets {
  syn(options?: readonly TcpOption[]): Packet<TcpFields>;
  synAck(options?: readonly TcpOption[]): Packet<TcpFields>;
  /** Of the opener, after its SYN; by default its first one. */
  ack(options?: readonly TcpOption[], more?: Partial<TcpFields>): Packet<TcpFields>;
  /** Of the other host. */
  reply(options?: readonly TcpOption[], more?: Partial<TcpFields>): Packet<TcpFields>;
}

/**
 * Builds the packets of a subflow with sequence numbers that fit together.
 * @param fields of the opener's packets: addresses, ports, tags; the other host's are turned round
 */
export function subflow(fields: TcpFields = {}): SubflowPackets {
  const { ip = {}, sport = 40000, dport = 8080, ...rest } = fields;
  const back = {
    ...(ip.dst === undefined ? {} : { src: ip.dst }),
    ...(ip.src === undefined ? {} : { dst: ip.src }),
  };
  const there = { ...rest, ip, sport, dport };
  const other = {
    ...rest,
    ip: ip.src === undefined && ip.dst === undefined ? { src: "10.0.0.2", dst: "10.0.0.1" } : back,
    sport: dport,
    dport: sport,
  };
  const [opener, acceptor] = [ISN.opener, ISN.acceptor];
  const flags = (...names: TcpFlag[]) => ({ flags: names });
  return {
    syn: (options = []) => tcp({ ...there, ...flags("syn"), seq: opener, options }),
    synAck: (options = []) =>
      tcp({ ...other, ...flags("syn", "ack"), seq: acceptor, ack: opener + 1, options }),
    ack: (options = [], more = {}) =>
      tcp({ ...there, ...flags("ack"), seq: opener + 1, ack: acceptor + 1, options, ...more }),
    reply: (options = [], more = {}) =>
      tcp({ ...other, ...flags("ack"), seq: acceptor + 1, ack: opener + 1, options, ...more }),
  };
}

type Handshake = readonly [syn: Packet<TcpFields>, synAck: Packet<TcpFields>, ack: Packet<TcpFields>];

/** The handshake of a connection (RFC 8684 section 3.1, RFC 6824 section 3.1). */
export function capableHandshake(
  packets: SubflowPackets,
  keys: { readonly opener: bigint; readonly acceptor: bigint },
  more: Pick<MpCapableFields, "version" | "checksumRequired" | "denyJoin"> = {},
): Handshake {
  const own = more.version === 0 ? { senderKey: keys.opener } : {};
  const both = { ...more, senderKey: keys.opener, receiverKey: keys.acceptor };
  return [
    packets.syn([mptcp.capable({ ...more, ...own })]),
    packets.synAck([mptcp.capable({ ...more, senderKey: keys.acceptor })]),
    packets.ack([mptcp.capable(both)]),
  ];
}

interface JoinEnd {
  readonly nonce: number;
  readonly addressId?: number;
  readonly backup?: boolean;
}

/**
 * The handshake of a subflow that joins a connection (RFC 8684 section 3.2).
 * @param fields `token` is the acceptor's; the HMACs are zeroes unless said
 */
export function joinHandshake(
  packets: SubflowPackets,
  fields: {
    readonly token: number;
    readonly opener: JoinEnd;
    readonly acceptor: JoinEnd;
    readonly synAckHmac?: Bytes;
    readonly ackHmac?: Bytes;
  },
): Handshake {
  const { token, opener, acceptor, synAckHmac = Buffer.alloc(8), ackHmac = Buffer.alloc(20) } = fields;
  return [
    packets.syn([mptcp.joinSyn({ ...opener, token })]),
    packets.synAck([mptcp.joinSynAck({ ...acceptor, hmac: synAckHmac })]),
    packets.ack([mptcp.joinAck({ hmac: ackHmac })]),
  ];
}
