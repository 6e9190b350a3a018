import { describe, expect, it } from "vitest";
import { parsePackets } from "./capture.js";
import { counterDelta, harmIn } from "./nstat.js";

describe("counterDelta", () => {
  it("keeps only what was counted in between", () => {
    expect(counterDelta({ a: 1, b: 2 }, { a: 1, b: 5, c: 1 })).toEqual({ b: 3, c: 1 });
  });
});

describe("harmIn", () => {
  it.each([
    "MPTcpExtMPCapableFallbackACK",
    "MPTcpExtMPRstTx",
    "MPTcpExtDSSNotMatching",
    "MPTcpExtDSSCorruptionReset",
    "MPTcpExtDssFallback",
    "MPTcpExtDataCsumErr",
    "MPTcpExtBlackhole",
  ])("counts %s", (name) => {
    expect(harmIn({ [name]: 1, MPTcpExtOFOQueue: 3 })).toEqual({ [name]: 1 });
  });
});

describe("parsePackets", () => {
  it("reads a SYN with MP_JOIN over IPv4 and an acknowledgement with MP_PRIO over IPv6", () => {
    const lines = [
      "1.5\t10.0.2.1\t\t4000\t10.0.100.1\t\t8080\t0x0002\t0\t0\t64240\t1\t\t0",
      "2.5\t\tfd00::1\t4000\t\tfd00::2\t8080\t0x0010\t1\t0\t215\t2,5\tTrue\t1",
    ];
    const [syn, prio] = parsePackets(`${lines.join("\n")}\n`);
    expect(syn).toMatchObject({ source: "10.0.2.1", syn: true, ack: false, mptcp: [1], badChecksum: true });
    expect(syn).not.toHaveProperty("prioBackup");
    expect(prio).toMatchObject({
      destination: "fd00::2",
      syn: false,
      ack: true,
      mptcp: [2, 5],
      prioBackup: true,
      badChecksum: false,
    });
  });
});
