import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  openStage,
  runBackup,
  runBlocked,
  runRecording,
  runSwap,
  type Attach,
  type Stage,
} from "@emptcp/lab/experiments";
import { CLIENT_TO_SERVER, FAMILIES, SERVER_TO_CLIENT } from "./places.js";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    paths: [
      { rateMbit: 40, delayMs: 5 },
      { rateMbit: 40, delayMs: 10 },
    ],
  });
});
afterAll(() => stage?.close());

describe.each(CLIENT_TO_SERVER)("set-backup at the $name", ({ attach }) => {
  it.each(FAMILIES)("ends new data on its subflow and harms nothing (IP%s)", async (family) => {
    const facts = await runBackup(stage, attach(stage), family, 9_000_000);
    expect(facts).toMatchObject({ intact: true, harm: {}, late: 0 });
    expect(facts.told).toBeGreaterThan(0);
    expect(facts.before[1]).toBeGreaterThan(300_000);
    expect(facts.after[0]).toBeGreaterThan(2_000_000);
  });
});

describe("without a policy", () => {
  it.each(FAMILIES)("an announced address is joined (IP%s)", async (family) => {
    const facts = await runBlocked(stage, undefined, family);
    expect(facts).toMatchObject({ intact: true, harm: {}, arrived: 1, joins: 1 });
  });
});

describe.each(SERVER_TO_CLIENT)("blk-subflow at the $name", ({ attach }) => {
  it.each(FAMILIES)("lets no announcement through, so that no MP_JOIN follows (IP%s)", async (family) => {
    const facts = await runBlocked(stage, attach(stage), family);
    expect(facts).toMatchObject({ intact: true, harm: {}, arrived: 0, joins: 0 });
    expect(facts.announced).toBeGreaterThan(0);
  });
});

describe("record", () => {
  const wan = (): string[] => stage.lab.paths.map((path) => stage.lab.server.device(path.wan));
  const router = (): string[] =>
    stage.lab.paths.flatMap((path) => [
      stage.lab.router.device(path.wan),
      stage.lab.router.device(path.access),
    ]);

  it.each(FAMILIES)("counts the payload that the server's kernel says it sent (IP%s)", async (family) => {
    const { subflows, ...end } = await runRecording(
      stage,
      { "tc-ingress": wan(), "tc-egress": wan() },
      family,
    );
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(subflows.map(({ recorded }) => recorded.payloadBytes)).toEqual(
      subflows.map(({ kernel }) => kernel.bytesSent),
    );
    for (const { recorded, kernel } of subflows) {
      expect(recorded.rttSamples).toBeGreaterThan(0);
      // Neither can be less than what the path takes: twice 5 and twice 10 ms.
      expect(Math.min(recorded.minRttMs, kernel.minRttMs)).toBeGreaterThan(9);
    }
  });

  it.each(FAMILIES)(
    "counts at the router each packet that the server's kernel says it sent (IP%s)",
    async (family) => {
      const { subflows, ...end } = await runRecording(stage, { "tc-ingress": router() }, family);
      expect(end).toMatchObject({ intact: true, harm: {} });
      expect(
        subflows.map(({ recorded }) => [recorded.packets - recorded.syns, recorded.payloadBytes]),
      ).toEqual(subflows.map(({ kernel }) => [kernel.segmentsOut, kernel.bytesSent]));
      expect(subflows).toHaveLength(2);
    },
  );
});

describe("a chain changed under a running transfer", () => {
  const places: Record<string, () => Attach> = {
    "client, xdp and tc-egress": () => {
      const devices = stage.lab.paths.map((path) => stage.lab.client.device(path.access));
      return { xdp: devices, "tc-egress": devices };
    },
    "router, xdp and tc-ingress": () => ({
      xdp: stage.lab.paths.map((path) => stage.lab.router.device(path.access)),
      "tc-ingress": stage.lab.paths.map((path) => stage.lab.router.device(path.wan)),
    }),
  };

  it.each(
    Object.entries(places).flatMap(([name, attach]) =>
      FAMILIES.map((family) => [name, family, attach] as const),
    ),
  )("at the %s loses not one byte (IP%s)", async (_, family, attach) => {
    const facts = await runSwap(stage, attach(), family);
    expect(facts).toMatchObject({ intact: true, harm: {}, missed: 0n });
    for (const chain of facts.chains) expect(chain.packets).toBeGreaterThan(0n);
  });
});
