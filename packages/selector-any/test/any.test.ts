import { describe, expect, it } from "vitest";
import { arp, icmp, openChain, tcp, udp, type OpenChain } from "@emptcp/testing";
import { any } from "../src/index.js";

// Without testSelector: it wants packets that miss, and there are none.
describe.each(any.definition.hooks)("any on %s", (hook) => {
  const v6 = { ip: { src: "fd00::1", dst: "fd00::2" } };

  const withChain = async (
    when: Parameters<typeof openChain>[2],
    check: (chain: OpenChain) => void,
  ): Promise<void> => {
    const chain = await openChain(
      hook,
      [{ kind: "step", module: "drop", params: { mpCapable: true } }],
      when,
    );
    try {
      check(chain);
    } finally {
      await chain.close();
    }
  };

  it("matches every packet", () =>
    withChain({ when: any() }, (chain) => {
      for (const packet of [tcp({}), tcp(v6), udp({}), icmp({}), arp({})]) {
        expect(chain.run(packet)).toMatchObject({ verdict: "drop", counters: { matched: 1 } });
      }
    }));

  it("matches nothing when it is negated", () =>
    withChain({ when: { kind: "not", of: any() } }, (chain) => {
      expect(chain.run(tcp({}))).toMatchObject({ verdict: "pass", counters: { matched: 0 } });
    }));
});
