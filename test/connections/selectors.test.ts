import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pass } from "@emptcp/actor-pass";
import { policy, type PolicySetOptions } from "@emptcp/core";
import { openStage, startConnection, type Stage } from "@emptcp/lab/experiments";
import { sample } from "@emptcp/selector-sample";
import { tcp } from "@emptcp/selector-tcp";
import { FAMILIES } from "./places.js";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

/** Every packet of both directions and paths passes one of these. */
const router = (): PolicySetOptions["attach"] => ({
  "tc-ingress": stage.lab.paths.flatMap((path) => [
    stage.lab.router.device(path.access),
    stage.lab.router.device(path.wan),
  ]),
});

/** Packets that policies have matched so far, by name. */
const matched = (): Record<string, number> =>
  Object.fromEntries(stage.engine.stats().map(({ policy: name, packets }) => [name, Number(packets)]));

describe("sample", () => {
  it.each(FAMILIES)("takes its fraction of a transfer (IP%s)", async (family) => {
    const chain = [pass()];
    await stage.apply(router(), [
      policy("all", { when: tcp(), chain, continue: true }),
      policy("some", {
        when: { kind: "all", of: [tcp(), sample({ fraction: "1/10" })] },
        chain,
        continue: true,
      }),
    ]);
    const end = await startConnection(stage, family, { bytes: 8_000_000 }).finish();
    const { all = 0, some = 0 } = matched();
    await stage.clear();
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(all).toBeGreaterThan(500);
    expect(Math.abs(some - all / 10)).toBeLessThan(6 * Math.sqrt(all * 0.09));
  });
});
