import { describe, expect, it } from "vitest";
import {
  icmp,
  mptcp as option,
  openChain,
  probe,
  opt,
  tcp,
  testSelector,
  udp,
  type OpenChain,
  type Packet,
  type TcpFlag,
  type TcpOption,
} from "@emptcp/testing";
import { connection } from "../src/index.js";

const KEYS = { client: 0x0123456789abcdefn, server: 0xfedcba9876543210n };
const hex = (token: number): string => token.toString(16);
const HOSTS = { IPv4: ["10.9.0.1", "10.9.0.2"], IPv6: ["fd09::1", "fd09::2"] } as const;

type Family = keyof typeof HOSTS;

/** Packets of a subflow between the client's `port` and the server's 443. */
function subflow(family: Family, port: number) {
  const [client, server] = HOSTS[family];
  const segment = (out: boolean, flags: TcpFlag[], seq: number, options: TcpOption[], payload = ""): Packet =>
    tcp({
      ip: out ? { src: client, dst: server } : { src: server, dst: client },
      sport: out ? port : 443,
      dport: out ? 443 : port,
      flags,
      seq,
      options,
      payload,
    });
  return {
    syn: (...options: TcpOption[]) => segment(true, ["syn"], 1000, options),
    synAck: (...options: TcpOption[]) => segment(false, ["syn", "ack"], 2000, options),
    ack: (...options: TcpOption[]) => segment(true, ["ack"], 1001, options),
    data: (...options: TcpOption[]) => segment(true, ["ack"], 1001, options, "data"),
    reply: (...options: TcpOption[]) => segment(false, ["ack"], 2001, options, "data"),
  };
}

/** The handshake of a connection. */
function handshake(family: Family, port: number, version: 0 | 1, keys = KEYS): Packet[] {
  const s = subflow(family, port);
  const both = { version, senderKey: keys.client, receiverKey: keys.server };
  return [
    s.syn(option.capable(version === 0 ? { version, senderKey: keys.client } : { version })),
    s.synAck(option.capable({ version, senderKey: keys.server })),
    s.ack(option.capable(both)),
  ];
}

const sampled = hex(option.token(KEYS.server, 1));
const thirdAck = (family: Family, port: number, keys = KEYS): Packet =>
  subflow(family, port).ack(option.capable({ senderKey: keys.client, receiverKey: keys.server }));

testSelector(connection, {
  sample: { token: ["1", sampled] },
  matches: [thirdAck("IPv4", 5000), thirdAck("IPv6", 5000), subflow("IPv4", 5000).reply()],
  misses: [
    thirdAck("IPv4", 5001, { client: 5n, server: 6n }),
    subflow("IPv4", 5002).data(option.dss({ ack: 1 })),
    tcp({}),
    udp({}),
    icmp({}),
  ],
});

describe.each(["xdp", "tc-ingress", "tc-egress"] as const)("connections on %s", (hook) => {
  const opened = async (token: string[], run: (chain: OpenChain) => void): Promise<void> => {
    const chain = await openChain(hook, [probe()], { when: connection({ token }) });
    try {
      run(chain);
    } finally {
      await chain.close();
    }
  };
  const matchedBy = (chain: OpenChain, packets: readonly Packet[]): boolean[] =>
    packets.map((packet) => chain.run(packet).counters.matched === 1);

  describe.each(["IPv4", "IPv6"] as const)("over %s", (family) => {
    const other = { client: 77n, server: 78n };
    it.each([
      ["the client's", 0, KEYS.client],
      ["the server's", 0, KEYS.server],
      ["the client's", 1, KEYS.client],
      ["the server's", 1, KEYS.server],
    ] as const)("are found by %s token, version %d, and all their subflows", async (_, version, key) => {
      await opened([hex(option.token(key, version))], (chain) => {
        // The client's token is known from the third packet on, since version 1 tells its key there.
        const known = key === KEYS.server;
        expect(matchedBy(chain, handshake(family, 5000, version))).toEqual([false, known, true]);
        expect(matchedBy(chain, handshake(family, 5001, version, other))).toEqual([false, false, false]);

        const first = subflow(family, 5000);
        const joins = [KEYS.server, KEYS.client].map((owner, i) => {
          const s = subflow(family, 6000 + i);
          return [
            s.syn(option.joinSyn({ token: option.token(owner, version) }), opt.wscale(7)),
            s.synAck(option.joinSynAck({ hmac: new Uint8Array(8) })),
            s.ack(option.joinAck({ hmac: new Uint8Array(20) })),
            s.data(),
            s.reply(option.dss({ ack: 1 })),
          ];
        });
        expect(matchedBy(chain, joins.flat())).toEqual(Array(10).fill(true));
        expect(matchedBy(chain, [first.data(), first.reply()])).toEqual([true, true]);
        const stranger = subflow(family, 6002);
        const foreign = option.joinSyn({ token: option.token(other.server, version) });
        expect(matchedBy(chain, [stranger.syn(foreign), stranger.ack()])).toEqual([false, false]);
        expect(matchedBy(chain, [subflow(family, 5001).data()])).toEqual([false]);
      });
    });

    it("that fell back to TCP are none", async () => {
      await opened([sampled], (chain) => {
        const s = subflow(family, 5000);
        const [syn, synAck] = handshake(family, 5000, 1);
        expect(matchedBy(chain, [syn ?? s.syn(), synAck ?? s.synAck(), s.ack(), s.data()])).toEqual([
          false,
          true,
          false,
          false,
        ]);
      });
    });

    it("whose handshake was not seen are unknown", async () => {
      await opened([sampled], (chain) => {
        const s = subflow(family, 6000);
        const join = option.joinSyn({ token: option.token(KEYS.server, 1) });
        expect(matchedBy(chain, [s.data(option.dss({ ack: 1 })), s.syn(join), s.data()])).toEqual([
          false,
          false,
          false,
        ]);
      });
    });
  });
});
