import { describe, expect, it } from "vitest";
import { mptcp, opt, runChain, tcp, testActor, udp, type TcpOption } from "@emptcp/testing";
import { stripOption } from "../src/index.js";

const dss = mptcp.dss({ ack: 1, ackSize: 4 });
const prio = mptcp.prio({ backup: true });
const common = [opt.mss(1460), opt.sackPermitted(), opt.timestamps(1, 0), opt.nop, opt.wscale(10)];
const nops = (count: number): TcpOption[] => Array.from({ length: count }, () => opt.nop);

testActor(stripOption, {
  sample: { subtype: "mp-prio", packets: "all" },
  packet: tcp({ options: [dss, prio], payload: "data" }),
});

describe.each(stripOption.definition.hooks)("strip-option on %s", (hook) => {
  const run = (params: Parameters<typeof stripOption>[0], fields: Parameters<typeof tcp>[0]) =>
    runChain(hook, [stripOption(params)], tcp(fields));
  const surroundings = [
    {},
    { ip: { version: 6, src: "fd00::1", dst: "fd00::2" } },
    { vlan: [7], ip: { options: [1, 1, 1, 0] } },
  ] as const;

  it.each(surroundings)("takes MP_CAPABLE off the SYN, in %j", async (around) => {
    for (const capable of [mptcp.capable(), mptcp.capable({ version: 0, senderKey: 5n })]) {
      const syn = (options: TcpOption[]) => ({ ...around, flags: ["syn"] as const, options });
      const options = capable.bytes.length > 4 ? [opt.mss(1460)] : common;
      const result = await run({ subtype: "mp-capable" }, syn([...options, capable]));
      expect(result.packet).toEqualPacket(tcp(syn([...options, ...nops(capable.bytes.length)])));
      expect(result.refusals).toEqual([]);
    }
  });

  it("leaves SYN/ACKs and later packets unless told", async () => {
    const options = [mptcp.capable({ senderKey: 5n })];
    for (const flags of [["syn", "ack"], ["ack"]] as const) {
      const result = await run({}, { flags, options });
      expect(result.packet).toEqualPacket(tcp({ flags, options }));
    }
  });

  it("takes one subtype and leaves the others, every time it is there", async () => {
    const result = await run({ subtype: "mp-prio", packets: "all" }, { options: [prio, dss, opt.nop, prio] });
    expect(result.packet).toEqualPacket(tcp({ options: [...nops(3), dss, ...nops(4)] }));
  });

  it("takes any kind, and MPTCP options of a length that is none", async () => {
    const sack = opt.sack([1, 5]);
    const result = await run({ kind: 5, packets: "all" }, { options: [dss, sack], payload: "odd" });
    expect(result.packet).toEqualPacket(tcp({ options: [dss, ...nops(10)], payload: "odd" }));
    const odd = opt.raw(30, [0x50, 1, 2]);
    const other = await run({ subtype: "mp-prio", packets: "all" }, { options: [dss, odd] });
    expect(other.packet).toEqualPacket(tcp({ options: [dss, ...nops(5)] }));
  });

  it("leaves the only MPTCP option of a packet, and says so", async () => {
    const fields = { options: [mptcp.removeAddr(3)] };
    const result = await run({ subtype: "remove-addr", packets: "all" }, fields);
    expect(result.packet).toEqualPacket(tcp(fields));
    expect(result.refusals).toMatchObject([{ reason: 64, packets: 1 }]);
    const forced = await run({ subtype: "remove-addr", packets: "all", force: true }, fields);
    expect(forced.packet).toEqualPacket(tcp({ options: nops(4) }));
    const reset = { flags: ["rst"], options: [mptcp.tcprst()] } as const;
    const stripped = await run({ subtype: "mp-tcprst", packets: "all" }, reset);
    expect(stripped.packet).toEqualPacket(tcp({ flags: ["rst"], options: nops(4) }));
  });

  it("takes DSS when forced", async () => {
    const result = await run(
      { subtype: "dss", packets: "all", force: true },
      { options: [dss], payload: "x" },
    );
    expect(result.packet).toEqualPacket(tcp({ options: nops(8), payload: "x" }));
  });

  it("leaves what follows an EOL, payload, and UDP", async () => {
    const fields = { options: [dss, opt.eol, ...nops(4), prio], payload: Buffer.from(prio.bytes) };
    expect((await run({ subtype: "mp-prio", packets: "all" }, fields)).packet).toEqualPacket(tcp(fields));
    const before = udp({ payload: "x" });
    expect((await runChain(hook, [stripOption({})], before)).packet).toEqualPacket(before);
  });

  it.each<[RegExp, Parameters<typeof stripOption>[0]]>([
    [/data without its DSS/, { subtype: "dss", packets: "all" }],
    [/data without its DSS/, { packets: "all" }],
    [/one end may fall back/, { subtype: "mp-capable", packets: "all" }],
    [/different views/, { kind: 8, packets: "all" }],
    [/TCP-MD5/, { kind: 19 }],
    [/only kind 30/, { kind: 8, subtype: "dss", force: true }],
  ])("refuses before anything is applied: %s", async (reason, params) => {
    await expect(run(params, {})).rejects.toThrow(reason);
  });
});
