import { describe, expect, it } from "vitest";
import {
  mptcp,
  openChain,
  opt,
  runChain,
  tcp,
  testActor,
  type Packet,
  type TcpFields,
  type TcpOption,
} from "@emptcp/testing";
import { setBackup } from "../src/index.js";

const ts = [opt.nop, opt.nop, opt.timestamps(1000, 2000)];
const dss = mptcp.dss({ ack: 1, ackSize: 4 });
const prio = (backup: boolean): TcpOption[] => [opt.bytes([30, 3, backup ? 0x51 : 0x50]), opt.nop];
const ack = (options: TcpOption[], more: Partial<TcpFields> = {}): Packet<TcpFields> =>
  tcp({ flags: ["ack"], options, ...more });

testActor(setBackup, { sample: { backup: true }, packet: ack([...ts, dss]) });

describe.each(setBackup.definition.hooks)("set-backup on %s", (hook) => {
  const run = (packet: Packet, backup = true) => runChain(hook, [setBackup({ backup })], packet);

  it.each([true, false])("adds MP_PRIO to a pure ACK: backup %s", async (backup) => {
    const result = await run(ack([...ts, dss]), backup);
    expect(result.packet).toEqualPacket(ack([...ts, dss, ...prio(backup)]));
  });

  it("works on IPv6, behind VLAN tags and with IPv4 options", async () => {
    for (const more of [
      { ip: { src: "fd00::1", dst: "fd00::2" } },
      { vlan: [5] },
      { vlan: [5, 6] },
    ] as Partial<TcpFields>[]) {
      expect((await run(ack([...ts, dss], more))).packet).toEqualPacket(
        ack([...ts, dss, ...prio(true)], more),
      );
    }
  });

  it("fills 40 bytes of options exactly, and refuses more", async () => {
    const fits = [
      ...ts,
      mptcp.dss({ ack: 1, ackSize: 8 }),
      ...ts.slice(0, 2),
      opt.bytes([254, 10, 0, 0, 0, 0, 0, 0, 0, 0]),
    ];
    expect((await run(ack(fits))).packet).toEqualPacket(ack([...fits, ...prio(true)]));
    const full = [...fits, opt.nop, opt.nop, opt.nop, opt.nop];
    const refused = await run(ack(full));
    expect(refused.packet).toEqualPacket(ack(full));
    expect(refused.refusals).toMatchObject([{ reason: 1, packets: 1 }]);
  });

  it("turns an EOL and what follows it into NOPs", async () => {
    const before = ack([...ts, dss, opt.eol, opt.bytes([30, 3, 0x50])]);
    expect((await run(before)).packet).toEqualPacket(
      ack([...ts, dss, opt.nop, opt.nop, opt.nop, opt.nop, ...prio(true)]),
    );
  });

  it("uses Ethernet padding", async () => {
    const before = ack([dss]).pad(60);
    const { packet } = await run(before);
    expect(packet.subarray(0, 66)).toEqual(ack([dss, ...prio(true)]).bytes.subarray(0, 66));
  });

  it.each<[string, Packet]>([
    ["data", ack([...ts, dss], { payload: "data" })],
    ["an ACK before the first DSS", ack(ts)],
    ["a SYN", ack([mptcp.capable()], { flags: ["syn"] })],
    ["a FIN", ack([...ts, dss], { flags: ["fin", "ack"] })],
    ["a RST", ack([...ts, dss], { flags: ["rst", "ack"] })],
    ["an ACK with MP_PRIO", ack([...ts, dss, ...prio(false)])],
  ])("leaves %s", async (_, packet) => {
    expect((await run(packet)).packet).toEqualPacket(packet);
  });

  it("tells each direction of a subflow three times", async () => {
    const chain = await openChain(hook, [setBackup({ backup: true, repeat: 0 })]);
    const grown = (packet: Packet) => chain.run(packet).packet.length - packet.length;
    try {
      const [one, back] = [
        ack([...ts, dss]),
        ack([...ts, dss], { ip: { src: "10.0.0.2", dst: "10.0.0.1" } }),
      ];
      expect([one, one, one, one, one].map(grown)).toEqual([4, 4, 4, 0, 0]);
      expect([back, back, back, back].map(grown)).toEqual([4, 4, 4, 0]);
    } finally {
      await chain.close();
    }
  });
});
