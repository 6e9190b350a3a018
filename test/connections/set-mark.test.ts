import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { policy } from "@emptcp/core";
import { SERVER } from "@emptcp/lab";
import { openStage, startConnection, type Stage } from "@emptcp/lab/experiments";
import { setMark } from "@emptcp/actor-set-mark";
import { ipPair } from "@emptcp/selector-ip-pair";
import { FAMILIES } from "./places.js";

const BYTES = 3_000_000;

/** Counters of nftables at the router, by name; their rules look at what it forwards. */
const RULES = `
table inet emptcp {
  counter marked { }
  counter urgent { }
  counter expedited { }
  counter crossed { }
  chain before {
    type filter hook prerouting priority mangle
    meta mark and 0xff == 7 counter name marked
    meta priority 1:10 counter name urgent
  }
  chain on {
    type filter hook forward priority filter;
    iifname path1 oifname wan2 counter name crossed
    ip dscp ef counter name expedited
    ip6 dscp ef counter name expedited
  }
}
`;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 100 }, { rateMbit: 100 }] });
  const { router } = stage.lab;
  router.runNow(["ip", "rule", "add", "pref", "10", "fwmark", "7/0xff", "table", "102"]);
  router.runNow(["ip", "-6", "rule", "add", "pref", "10", "fwmark", "7/0xff", "table", "102"]);
});
afterAll(() => stage?.close());

/** Packets that each rule has seen. */
function seen(): Record<string, number> {
  const lines = stage.lab.router.runNow(["nft", "list", "counters", "table", "inet", "emptcp"]);
  return Object.fromEntries(
    [...lines.matchAll(/counter (\w+) \{\s*packets (\d+)/g)].map(([, name = "", n]) => [name, Number(n)]),
  );
}

describe.each(FAMILIES)("set-mark on IP%s", (family) => {
  const fromPath1 = () => ipPair({ src: stage.lab.path(1).client[family], dst: SERVER[family] });
  beforeAll(() => void stage.lab.router.runNow(["nft", "-f", "-"], RULES));
  afterAll(() => void stage.lab.router.runNow(["nft", "delete", "table", "inet", "emptcp"]));
  afterEach(() => stage.clear());

  it("marks at the router's tc-ingress: nftables counts it, a routing rule sends it over the other link", async () => {
    const chain = [setMark({ mark: 7, mask: 0xff, priority: 0x10010 })];
    const where = { "tc-ingress": [stage.lab.router.device("path1")] };
    await stage.apply(where, [policy("mark", { when: fromPath1(), chain })]);
    const end = await startConnection(stage, family, { bytes: BYTES }).finish();
    expect(end).toMatchObject({ intact: true, harm: {} });
    const { marked = 0, urgent, crossed, expedited } = seen();
    expect(marked).toBeGreaterThan(50);
    expect({ urgent, crossed, expedited }).toEqual({ urgent: marked, crossed: marked, expedited: 0 });
  });

  it.each(["client's tc-egress", "router's xdp"])(
    "sets the DSCP at the %s: nftables counts it",
    async (place) => {
      const before = seen();
      const where = place.startsWith("client")
        ? { "tc-egress": [stage.lab.client.device("path1")] }
        : { xdp: [stage.lab.router.device("path1")] };
      await stage.apply(where, [policy("dscp", { when: fromPath1(), chain: [setMark({ dscp: "ef" })] })]);
      const end = await startConnection(stage, family, { bytes: BYTES }).finish();
      expect(end).toMatchObject({ intact: true, harm: {} });
      expect(seen()["expedited"]! - before["expedited"]!).toBeGreaterThan(50);
      expect(seen()["marked"]).toBe(before["marked"]);
    },
  );
});
