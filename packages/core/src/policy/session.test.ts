import { describe, expect, it } from "vitest";
import { catalog as installed, manifest, record, setWindow } from "../../test/support/modules.js";
import { ModuleCatalog } from "../module/catalog.js";
import { all, any, not, policy, policySet } from "./build.js";
import { sessionProblems, type Session } from "./session.js";
import type { Condition, PolicySet, Step } from "./types.js";

const drop = manifest({ kind: "actor", module: "drop", powers: ["drop"] });
const sign = manifest({ kind: "actor", module: "sign", powers: ["change-header", "change-length"] });
const catalog = ModuleCatalog.of([
  ...installed.list().filter((m) => m.manifest.kind === "selector"),
  ...[drop, sign, { ...record, powers: [] }, setWindow].map((m) => ({ manifest: m, dir: "/x" })),
]);
const session: Session = {
  local: { address: "192.0.2.7", port: 22 },
  remote: { address: "198.51.100.9", port: 50_000 },
  interfaces: ["bond0", "eth0"],
};
const match = (module: string, params = {}): Condition => ({ kind: "match", module, params });
const step = (module: string): Step => ({ kind: "step", module, params: {} });
const everything = all();
const set = (attach: PolicySet["attach"], when: Condition = everything, ...chain: string[]): PolicySet =>
  policySet("s", {
    attach,
    policies: [policy("p", { when, chain: (chain.length > 0 ? chain : ["drop"]).map(step) })],
  } as never);
const egress = { "tc-egress": ["eth0"] };
const warnings = (...sets: PolicySet[]) => sessionProblems(sets, { catalog, sessions: [session] });

describe("a policy warns", () => {
  it.each<[string, PolicySet]>([
    ["when it drops what leaves", set(egress)],
    ["when it drops what arrives", set({ "tc-ingress": ["eth*"] })],
    ["at XDP", set({ xdp: { interfaces: ["bond0"], mode: "auto" } })],
    ["by its addresses", set(egress, match("ip-pair", { local: "192.0.2.0/24", remote: "198.51.100.9" }))],
    ["by its ports", set(egress, match("port", { local: 22 }))],
    ["by its endpoints", set(egress, match("subflow", { between: ["198.51.100.9:*", "192.0.2.7:22"] }))],
    [
      "by a selector of which nothing can be said",
      set(egress, all(match("tcp"), match("token", { token: 7 }))),
    ],
    ["also below not", set(egress, not(match("token", { token: 7 })))],
    ["when its chain changes packets", set(egress, everything, "record", "sign")],
  ])("%s", (_, one) => {
    const [found, ...more] = warnings(one);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: "ERR_EMPTCP_SESSION", severity: "warning", path: "policies[0]" });
    expect(found?.message).toMatch(
      /^apply s\/p: on \S+ of (?:eth0|bond0) it may (?:drop|change) packets of this ssh session with 198\.51/,
    );
    expect(found?.hint).toContain("--confirm 30s");
  });

  it("and the exclusion that it advises silences it", () => {
    const advised = /\{ not: \{ subflow: \{ local: "(.+?)", remote: "(.+?)" \} \} \}/.exec(
      warnings(set(egress))[0]?.hint ?? "",
    );
    const [, local = "", remote = ""] = advised ?? [];
    expect([local, remote]).toEqual(["192.0.2.7:22", "198.51.100.9:*"]);
    expect(warnings(set(egress, not(match("subflow", { local, remote }))))).toEqual([]);
  });
});

describe("a policy does not warn", () => {
  it.each<[string, PolicySet]>([
    ["on another interface", set({ "tc-egress": ["eth1"] })],
    ["in another namespace", set({ "tc-egress": ["ns/eth0"] })],
    ["for other ports", set(egress, match("port", { remote: 443 }))],
    ["for other addresses", set(egress, match("ip-pair", { remote: "203.0.113.0/24" }))],
    ["for the other direction", set(egress, match("port", { dst: 22 }))],
    ["when it only looks", set(egress, everything, "record")],
    ["when nothing matches", set(egress, any())],
  ])("%s", (_, one) => {
    expect(warnings(one)).toEqual([]);
  });

  it("behind one that matches first and lets the session pass", () => {
    const pass = policySet("a", {
      attach: egress,
      policies: [policy("ssh", { when: match("port", { local: 22 }), chain: [], priority: 10 })],
    });
    expect(warnings(pass, set(egress))).toEqual([]);
    expect(
      warnings({ ...pass, policies: pass.policies.map((p) => ({ ...p, continue: true })) }, set(egress))[0]
        ?.path,
    ).toBe("sets[1].policies[0]");
  });
});
