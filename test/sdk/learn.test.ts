import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compile } from "@emptcp/core/build";
import { BpfObject } from "@emptcp/core/libbpf";
import { mptcp, opt, tcp, type Packet, type TcpFields, type TcpFlag, type TcpOption } from "@emptcp/testing";
import { connectionsIn, subflowsIn } from "./learned.js";

const directory = mkdtempSync(join(tmpdir(), "emptcp-learn-"));
const output = join(directory, "learn.bpf.o");
let object: BpfObject | undefined;

const KEYS = { initiator: 0x0123456789abcdefn, responder: 0xfedcba9876543210n };
const HOSTS = { v4: ["10.0.0.9", "10.0.0.5"], v6: ["fd00::9", "fd00::5"] } as const;
type Family = keyof typeof HOSTS;

beforeAll(async () => {
  const cwd = join(import.meta.dirname, "fixtures");
  await compile({ package: "@test/learn", cwd, source: "learn.bpf.c", output, hook: "xdp" });
});
beforeEach(() => {
  object?.close();
  object = BpfObject.open(readFileSync(output), { name: "learn" });
  object.program("learn").setExpectedAttachType(0);
  object.load();
});
afterAll(() => {
  object?.close();
  rmSync(directory, { recursive: true });
});

function see(...packets: Packet[]): void {
  using program = object?.program("learn").program();
  for (const { bytes } of packets) program?.testRun({ data: bytes });
}

function learned() {
  using subflows = object?.map("emptcp_subflows").map();
  using conns = object?.map("emptcp_conns").map();
  if (!subflows || !conns) throw new Error("the object is not loaded");
  return { subflows: subflowsIn(subflows), connections: connectionsIn(conns) };
}

/** Packets of one subflow: `from` the host that opens it (port 5000 unless said) or its peer. */
function subflow(family: Family, port = 5000) {
  const [a, b] = HOSTS[family];
  const segment = (
    mine: boolean,
    flags: TcpFlag[],
    seq: number,
    options: TcpOption[],
    payload = "",
  ): Packet =>
    tcp({
      ip: mine ? { src: a, dst: b } : { src: b, dst: a },
      sport: mine ? port : 443,
      dport: mine ? 443 : port,
      flags,
      seq,
      options,
      payload,
    } satisfies Partial<TcpFields>);
  return {
    syn: (options: TcpOption[], seq = 1000) => segment(true, ["syn"], seq, options),
    synAck: (options: TcpOption[], seq = 2000) => segment(false, ["syn", "ack"], seq, options),
    ack: (options: TcpOption[], payload = "") => segment(true, ["ack"], 1001, options, payload),
    reply: (options: TcpOption[], payload = "") => segment(false, ["ack"], 2001, options, payload),
  };
}

const tokens = (version: 0 | 1): [number, number] => [
  mptcp.token(KEYS.initiator, version),
  mptcp.token(KEYS.responder, version),
];
const idsns = (version: 0 | 1): [bigint, bigint] => [
  mptcp.idsn(KEYS.initiator, version),
  mptcp.idsn(KEYS.responder, version),
];
const both = { senderKey: KEYS.initiator, receiverKey: KEYS.responder };

/** The handshake of a connection. */
function handshake(
  family: Family,
  version: 0 | 1,
  more: { checksumRequired?: boolean; denyJoin?: boolean } = {},
) {
  const s = subflow(family);
  const first = version === 0 ? { senderKey: KEYS.initiator } : {};
  return [
    s.syn([opt.mss(1460), opt.wscale(7), mptcp.capable({ version, ...first })]),
    s.synAck([opt.wscale(10), mptcp.capable({ version, senderKey: KEYS.responder, ...more })]),
    s.ack([mptcp.capable({ version, ...both, ...more })]),
  ] as const;
}

describe.each(["v4", "v6"] as const)("a handshake over %s", (family) => {
  it.each([0, 1] as const)("of version %d gives keys, tokens, sequence numbers and scales", (version) => {
    see(...handshake(family, version));
    const { subflows, connections } = learned();
    const [, id] = tokens(version);
    expect([...connections]).toEqual([
      [
        id,
        {
          keys: [KEYS.initiator, KEYS.responder],
          idsns: idsns(version),
          tokens: tokens(version),
          joins: 0,
          checksum: false,
          notInitial: false,
          version,
        },
      ],
    ]);
    const end = { nonce: 0, addressId: 0, backup: false };
    expect([...subflows]).toEqual([
      [
        5000,
        {
          connection: id,
          kind: "initial",
          version,
          done: true,
          token: 0,
          initiator: { ...end, isn: 1000, wscale: 7 },
          responder: { ...end, isn: 2000, wscale: 10 },
        },
      ],
    ]);
  });

  it("without the option is plain TCP, with its scales", () => {
    const s = subflow(family);
    see(s.syn([opt.wscale(7)]), s.synAck([opt.wscale(15)]), s.ack([]));
    expect(learned().connections.size).toBe(0);
    expect(learned().subflows.get(5000)).toMatchObject({
      kind: "plain",
      done: true,
      initiator: { wscale: 7 },
      responder: { wscale: 14 },
    });
  });

  it("is joined by the token of either host", () => {
    const [ofInitiator, ofResponder] = tokens(1);
    see(...handshake(family, 1));
    const [one, two] = [subflow(family, 5001), subflow(family, 5002)];
    const join = (token: number, nonce: number) =>
      mptcp.joinSyn({ token, nonce, addressId: 3, backup: true });
    const answer = mptcp.joinSynAck({ hmac: Buffer.alloc(8), nonce: 99, addressId: 4 });
    see(
      one.syn([join(ofResponder, 7), opt.wscale(3)]),
      one.synAck([answer]),
      two.syn([join(ofInitiator, 8)]),
    );
    see(one.syn([join(ofResponder, 7), opt.wscale(3)])); // once more
    const { subflows, connections } = learned();
    expect(connections.get(ofResponder)?.joins).toBe(2);
    expect(subflows.get(5001)).toMatchObject({
      kind: "joined",
      connection: ofResponder,
      token: ofResponder,
      version: 1,
      initiator: { nonce: 7, addressId: 3, backup: true, wscale: 3 },
      responder: { nonce: 99, addressId: 4, backup: false, wscale: 0 },
    });
    expect(subflows.get(5002)).toMatchObject({
      kind: "joined",
      connection: ofResponder,
      token: ofInitiator,
    });
  });
});

describe("what was not seen", () => {
  it("leaves a connection unknown", () => {
    const s = subflow("v4");
    see(s.reply([mptcp.dss({ ack: 1 })]), s.ack([mptcp.dss({ ack: 1 })]));
    expect(learned().connections.size).toBe(0);
    expect(learned().subflows.get(5000) ?? learned().subflows.get(443)).toMatchObject({
      kind: "unknown",
      done: true,
      initiator: { wscale: undefined },
      responder: { wscale: undefined },
    });
  });

  it("is made up for by the third ACK, or by the first data", () => {
    for (const more of [{}, { dataLength: 5 }]) {
      see(subflow("v4", 6000 + Object.keys(more).length).ack([mptcp.capable({ ...both, ...more })], "hello"));
    }
    const { subflows, connections } = learned();
    expect(connections.get(tokens(1)[1])?.tokens).toEqual(tokens(1));
    for (const port of [6000, 6001])
      expect(subflows.get(port)).toMatchObject({ kind: "initial", done: true });
  });

  it("of the initiator leaves its key open", () => {
    const [, synAck] = handshake("v4", 1, { checksumRequired: true, denyJoin: true });
    see(synAck, subflow("v4").reply([mptcp.dss({ ack: 1 })]));
    expect(learned().connections.get(tokens(1)[1])).toMatchObject({
      keys: [undefined, KEYS.responder],
      checksum: true,
      notInitial: true,
    });
  });

  it("of a connection makes its joins belong to none", () => {
    see(subflow("v4").syn([mptcp.joinSyn({ token: 1 })]));
    expect(learned().subflows.get(5000)).toMatchObject({ kind: "joined", connection: 0, token: 1 });
  });
});

describe("a subflow", () => {
  it("falls back to TCP when the SYN/ACK, or the first packet after it, lacks the option", () => {
    const [syn, synAck] = handshake("v4", 1);
    const [one, two] = [subflow("v4"), subflow("v4", 5001)];
    see(syn, one.synAck([opt.wscale(1)]), one.ack([]));
    see(two.syn([mptcp.capable()]), two.synAck([mptcp.capable({ senderKey: 5n })]), two.ack([], "data"));
    expect(learned().subflows.get(5000)?.kind).toBe("plain");
    expect(learned().subflows.get(5001)?.kind).toBe("plain");
    see(synAck);
    expect(learned().subflows.get(5000)?.kind).toBe("plain");
  });

  it("begins anew when its ports are used again", () => {
    see(...handshake("v4", 1));
    const s = subflow("v4");
    see(s.syn([opt.wscale(2)], 7777), s.synAck([opt.wscale(4)], 8888), s.ack([]));
    expect(learned().subflows.get(5000)).toMatchObject({
      kind: "plain",
      connection: 0,
      initiator: { isn: 7777, wscale: 2 },
      responder: { isn: 8888, wscale: 4 },
    });
  });

  it("is not fooled by payload or by an option of a plain connection", () => {
    const s = subflow("v4");
    const option = mptcp.capable(both);
    see(s.syn([]), s.synAck([]), s.ack([], Buffer.from(option.bytes).toString("latin1")), s.ack([option]));
    expect(learned().connections.size).toBe(0);
    expect(learned().subflows.get(5000)?.kind).toBe("plain");
  });

  it("takes keys from the host that opened it only", () => {
    const [syn, synAck] = handshake("v4", 1);
    see(syn, synAck, subflow("v4").reply([mptcp.capable({ senderKey: 1n, receiverKey: 2n })]));
    const { subflows, connections } = learned();
    expect([...connections.keys()]).toEqual([tokens(1)[1]]);
    expect(connections.get(tokens(1)[1])?.keys).toEqual([undefined, KEYS.responder]);
    expect(subflows.get(5000)?.kind).toBe("initial");
  });

  it("learns nothing from a connection's later packets", () => {
    see(...handshake("v4", 1));
    const before = learned();
    const s = subflow("v4");
    see(s.ack([mptcp.capable({ senderKey: 1n, receiverKey: 2n })]), s.reply([mptcp.dss({ ack: 9 })]));
    expect(learned()).toEqual(before);
  });
});
