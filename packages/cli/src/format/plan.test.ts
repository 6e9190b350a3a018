import { describe, expect, it } from "vitest";
import type { Policy, PolicySet } from "@emptcp/core";
import { formatChain, formatCondition } from "./condition.js";
import { changesOf } from "./plan.js";

const port = (remote: number) => ({ kind: "match", module: "port", params: { remote } }) as const;
const policy = (name: string, changes: Partial<Policy> = {}): Policy => ({
  name,
  when: port(443),
  chain: [{ kind: "step", module: "set-window", params: { window: 1000 } }],
  priority: 0,
  continue: false,
  onError: "pass",
  ...changes,
});
const set = (...policies: Policy[]): PolicySet => ({
  name: "web",
  attach: { "tc-egress": ["eth0"] },
  policies,
});

describe("changes", () => {
  it("are additions where nothing ran", () => {
    expect(changesOf(undefined, set(policy("slow")))).toEqual([
      { kind: "add", what: "web", details: [{ part: "attach", after: "tc-egress eth0" }] },
      {
        kind: "add",
        what: "web/slow",
        details: [
          { part: "when", after: "port(remote: 443)" },
          { part: "chain", after: "set-window(window: 1000)" },
        ],
      },
    ]);
  });

  it("name the part that differs, and what goes", () => {
    const changes = changesOf(
      set(policy("slow"), policy("old"), policy("same")),
      set(policy("slow", { priority: 5 }), policy("same")),
    );
    expect(changes).toEqual([
      { kind: "change", what: "web/slow", details: [{ part: "priority", before: "0", after: "5" }] },
      { kind: "remove", what: "web/old", details: [] },
      { kind: "keep", what: "web/same", details: [] },
    ]);
  });

  it("see interfaces", () => {
    const [change] = changesOf(set(), {
      ...set(),
      attach: { xdp: { interfaces: ["a", "b"], mode: "native" } },
    });
    expect(change).toEqual({
      kind: "change",
      what: "web",
      details: [{ part: "attach", before: "tc-egress eth0", after: "xdp a,b (native)" }],
    });
  });
});

describe("a condition", () => {
  it.each([
    [{ kind: "all", of: [] }, "every packet"],
    [{ kind: "any", of: [] }, "no packet"],
    [{ kind: "all", of: [port(1), { kind: "not", of: port(2) }] }, "port(remote: 1) and not port(remote: 2)"],
    [
      { kind: "all", of: [{ kind: "any", of: [port(1), port(2)] }, port(3)] },
      "(port(remote: 1) or port(remote: 2)) and port(remote: 3)",
    ],
    [
      { kind: "not", of: { kind: "any", of: [port(1), port(2)] } },
      "not (port(remote: 1) or port(remote: 2))",
    ],
    [{ kind: "any", of: [{ kind: "all", of: [port(1)] }, port(2)] }, "port(remote: 1) or port(remote: 2)"],
  ] as const)("%j reads %s", (condition, text) => {
    expect(formatCondition(condition)).toBe(text);
  });

  it("has a chain after it", () => {
    expect(formatChain([])).toBe("(pass)");
    expect(
      formatChain([
        { kind: "step", module: "record", params: {} },
        { kind: "step", module: "x", params: { a: [1] } },
      ]),
    ).toBe("record → x(a: [1])");
  });
});
