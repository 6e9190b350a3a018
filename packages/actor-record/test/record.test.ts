import { describe, expect, it } from "vitest";
import { openChain, opt, tcp, testActor } from "@emptcp/testing";
import { record } from "../src/index.js";

testActor(record, { sample: {} });

describe.each(record.definition.hooks)("record on %s", (hook) => {
  it("hands on what it records, unchanged", async () => {
    const chain = await openChain(hook, [record()]);
    try {
      const data = tcp({
        flags: ["ack"],
        payload: "data",
        options: [opt.nop, opt.nop, opt.timestamps(100, 0)],
      });
      const echo = tcp({
        ip: { src: "10.0.0.2", dst: "10.0.0.1" },
        flags: ["ack"],
        options: [opt.timestamps(7, 100), opt.nop, opt.nop],
      });
      for (const packet of [data, echo]) expect(chain.run(packet).packet).toEqualPacket(packet);
    } finally {
      await chain.close();
    }
  });
});
