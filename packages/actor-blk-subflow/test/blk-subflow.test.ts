import { describe, expect, it } from "vitest";
import { mptcp, opt, runChain, tcp, testActor, type TcpOption } from "@emptcp/testing";
import { blkSubflow } from "../src/index.js";

const ack = (options: TcpOption[], payload = "") => tcp({ flags: ["ack"], options, payload });
const dss = mptcp.dss({ ack: 1, ackSize: 4 });
const nops = (count: number) => Array.from({ length: count }, () => opt.nop);
const v4 = { address: "10.0.2.1" };
const v6 = { address: "fd00::1" };

testActor(blkSubflow, { sample: {}, packet: ack([dss, mptcp.addAddr(v4)], "data") });

const announcements: [string, TcpOption][] = [
  ["IPv4", mptcp.addAddr(v4)],
  ["IPv4 with port", mptcp.addAddr({ ...v4, port: 443 })],
  ["IPv6", mptcp.addAddr(v6)],
  ["IPv6 with port", mptcp.addAddr({ ...v6, port: 443 })],
  ["version 0, IPv4", mptcp.addAddr({ ...v4, version: 0 })],
  ["version 0, IPv4 with port", mptcp.addAddr({ ...v4, version: 0, port: 443 })],
  ["version 0, IPv6", mptcp.addAddr({ ...v6, version: 0 })],
  ["version 0, IPv6 with port", mptcp.addAddr({ ...v6, version: 0, port: 443 })],
];
const others: [string, TcpOption][] = [
  ["an echo", mptcp.addAddr({ ...v4, echo: true })],
  ["an echo with port", mptcp.addAddr({ ...v4, echo: true, port: 443 })],
  ["an IPv6 echo", mptcp.addAddr({ ...v6, echo: true })],
  ["an IPv6 echo with port", mptcp.addAddr({ ...v6, echo: true, port: 443 })],
  ["REMOVE_ADDR", mptcp.removeAddr(3)],
  ["another kind with the same bytes", opt.raw(31, [0x30, 1, 10, 0, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8])],
];

describe.each(blkSubflow.definition.hooks)("blk-subflow on %s", (hook) => {
  const run = async (options: TcpOption[], payload = "") =>
    (await runChain(hook, [blkSubflow()], ack(options, payload))).packet;

  it.each(announcements)("replaces %s by NOPs", async (_, option) => {
    expect(await run([dss, option])).toEqualPacket(ack([dss, ...nops(option.bytes.length)]));
  });

  it.each(announcements)("replaces %s at an odd offset", async (_, option) => {
    expect(await run([dss, opt.nop, option], "odd")).toEqualPacket(
      ack([dss, opt.nop, ...nops(option.bytes.length)], "odd"),
    );
  });

  it("replaces several in one packet", async () => {
    const option = mptcp.addAddr(v4);
    expect(await run([dss, option, option])).toEqualPacket(ack([dss, ...nops(32)]));
  });

  it.each(announcements.slice(0, 4))(
    "keeps %s without a DSS, with an HMAC that is wrong",
    async (_, option) => {
      const broken = Buffer.from(option.bytes);
      broken.writeUInt8(broken.readUInt8(broken.length - 1) ^ 0xff, broken.length - 1);
      expect(await run([option])).toEqualPacket(ack([opt.raw(30, [...broken.subarray(2)])]));
    },
  );

  it.each(others)("leaves %s", async (_, option) => {
    expect(await run([dss, option])).toEqualPacket(ack([dss, option]));
  });

  it("leaves payload that looks like an announcement", async () => {
    const payload = Buffer.from(mptcp.addAddr(v4).bytes);
    const before = tcp({ flags: ["ack"], options: [dss], payload });
    expect((await runChain(hook, [blkSubflow()], before)).packet).toEqualPacket(before);
  });

  it("leaves what follows an EOL", async () => {
    const options = [dss, opt.eol, opt.nop, opt.nop, opt.nop, mptcp.addAddr(v4)];
    expect(await run(options)).toEqualPacket(ack(options));
  });
});
