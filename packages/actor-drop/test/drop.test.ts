import { describe, expect, it } from "vitest";
import { mptcp, opt, runChain, tcp, testActor } from "@emptcp/testing";
import { drop } from "../src/index.js";

testActor(drop, { sample: {} });

describe.each(drop.definition.hooks)("drop on %s", (hook) => {
  const syn = tcp({ flags: ["syn"], options: [opt.mss(1460), mptcp.capable()] });

  it("drops data, and SYNs without MP_CAPABLE", async () => {
    expect((await runChain(hook, [drop()], tcp({ flags: ["ack"], payload: "x" }))).verdict).toBe("drop");
    expect((await runChain(hook, [drop()], tcp({ flags: ["syn"], options: [opt.mss(1460)] }))).verdict).toBe(
      "drop",
    );
  });

  it("drops MP_JOIN SYNs", async () => {
    const join = tcp({ flags: ["syn"], options: [mptcp.joinSyn({ token: 1 })] });
    expect((await runChain(hook, [drop()], join)).verdict).toBe("drop");
  });

  it("spares SYNs with MP_CAPABLE and counts them", async () => {
    const result = await runChain(hook, [drop()], syn);
    expect(result.verdict).toBe("pass");
    expect(result.refusals).toEqual([{ step: 0, module: "drop", reason: 11, packets: 1 }]);
  });

  it("drops SYNs with MP_CAPABLE when told to", async () => {
    expect((await runChain(hook, [drop({ mpCapable: true })], syn)).verdict).toBe("drop");
  });
});
