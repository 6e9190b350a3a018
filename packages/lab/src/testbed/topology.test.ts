import { describe, expect, it } from "vitest";
import { planLab } from "./spec.js";
import { layTopology, queueBytes } from "./topology.js";

const plan = planLab({
  id: "t",
  paths: [{ rateMbit: 20, delayMs: 10 }, { delayMs: 0 }, { rateMbit: 5, delayMs: 40, access: "tun" }],
});

describe("layTopology", () => {
  it("delays with a forwarder where the kernel has no netem", () => {
    const { links, tc } = layTopology(plan, false);
    expect(links).toEqual([
      { kind: "veth", host: "client", peer: "router", device: "path1" },
      { kind: "forwarder", host: "router", peer: "server", device: "wan1", delayMs: 10, rateMbit: 0 },
      { kind: "veth", host: "client", peer: "router", device: "path2" },
      { kind: "veth", host: "router", peer: "server", device: "wan2" },
      { kind: "forwarder", host: "client", peer: "router", device: "path3", delayMs: 40, rateMbit: 5 },
      { kind: "veth", host: "router", peer: "server", device: "wan3" },
    ]);
    expect(tc.client).toBe("qdisc add dev path1 root tbf rate 20mbit burst 32k limit 250000\n");
    expect(tc.server).toBe("");
  });

  it("delays with netem at both ends of the second link where there is netem", () => {
    const { links, tc } = layTopology(plan, true);
    expect(links.filter((link) => link.kind === "forwarder").map((link) => link.device)).toEqual(["path3"]);
    expect(tc.router).toContain("qdisc add dev wan1 root netem delay 10ms");
    expect(tc.server).toBe("qdisc add dev wan1 root netem delay 10ms limit 10000\n");
  });

  it("keeps to the eight endpoints a namespace has", () => {
    const four = planLab({ paths: [{}, {}, {}, {}] });
    expect(layTopology(four, false).mptcp.client.match(/endpoint add/g)).toHaveLength(8);
  });

  it("gives a slow link room for two of the largest segments", () => {
    expect(queueBytes(1)).toBe(131_072);
  });
});
