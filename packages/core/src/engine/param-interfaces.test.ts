import { expect, it } from "vitest";
import type { PolicySet } from "../policy/types.js";
import { parameterInterfaces } from "./param-interfaces.js";

const set = (...interfaces: string[]): PolicySet => ({
  name: "s",
  attach: { "tc-ingress": interfaces },
  policies: [],
});

it("finds the interfaces of the namespace that a set is attached to", () => {
  const find = parameterInterfaces(set("eth0"), [], true);
  expect([find("lo"), find("no-such-if")]).toEqual([1, undefined]);
});

it("takes an interface that is gone as none where it need not be there", () => {
  expect(parameterInterfaces(set("eth0"), [], false)("no-such-if")).toBe(0);
  expect(parameterInterfaces(set("no-such-ns/eth0"), [], false)("lo")).toBe(0);
});

it("refuses a name that means another interface in each namespace", () => {
  const find = parameterInterfaces(set("eth0", "no-such-ns/eth0"), [], true);
  expect(() => find("lo")).toThrowError(
    expect.objectContaining({
      code: "ERR_EMPTCP_INTERFACE_AMBIGUOUS",
      message: expect.stringContaining("this namespace, no-such-ns"),
    }),
  );
});
