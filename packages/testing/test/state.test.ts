import { setBackup } from "@emptcp/actor-set-backup";
import { expect, it } from "vitest";
import { mptcp, openChain, opt, runChain, tcp } from "../src/index.js";

const MAP = "set_backup_told";
const ack = tcp({ options: [opt.nop, opt.nop, opt.timestamps(1, 2), mptcp.dss({ ack: 1n })] });
const steps = [setBackup({ backup: true, repeat: "0s" })];

/** What the module remembers after it has told a subflow three times. */
async function remembered(): Promise<[Buffer, Buffer][]> {
  const chain = await openChain("tc-egress", steps);
  try {
    for (let i = 0; i < 4; i++) chain.run(ack);
    using map = chain.engine.moduleMap("set-backup", MAP);
    return [...map.entries()].map(([key, value]) => [Buffer.from(key), Buffer.from(value)]);
  } finally {
    await chain.close();
  }
}

it("starts a chain with the state that it is given", async () => {
  const entries = await remembered();
  expect(entries).toHaveLength(1);
  expect((await runChain("tc-egress", steps, ack)).packet.length).toBe(ack.length + 4);
  const state = { "set-backup": { [MAP]: entries } };
  expect((await runChain("tc-egress", steps, ack, { state })).packet).toEqualPacket(ack);
});

it("repeats a packet on one chain", async () => {
  const lengths = await Promise.all([3, 4].map((repeat) => runChain("tc-egress", steps, ack, { repeat })));
  expect(lengths.map(({ packet }) => packet.length - ack.length)).toEqual([4, 0]);
});

it("refuses state for a map that is not there", async () => {
  const state = { "set-backup": { no_such_map: [[Buffer.alloc(4), Buffer.alloc(4)] as const] } };
  await expect(openChain("xdp", steps, { state })).rejects.toThrow("no_such_map");
});
