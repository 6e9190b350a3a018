import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy, type Step } from "@emptcp/core";
import {
  counterDelta,
  readCounters,
  runIperf,
  SERVER,
  startIperfServer,
  type IperfResult,
} from "@emptcp/lab";
import { openStage, startConnection, type Stage } from "@emptcp/lab/experiments";
import { pass } from "@emptcp/actor-pass";
import { record } from "@emptcp/actor-record";
import { setWindow } from "@emptcp/actor-set-window";
import { any } from "@emptcp/selector-any";

const SWITCHES = 500;

/** A generation with other programs comes after this many with the same programs and other data. */
const SAME_PROGRAMS = 10;

/** Chains whose steps come in another order. */
const chainOf = (i: number): readonly Step[] =>
  Math.floor(i / SAME_PROGRAMS) % 2 === 0 ? [record(), pass()] : [pass(), record()];

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 50 }, { rateMbit: 50 }] });
  await startIperfServer(stage.lab.server);
});
afterAll(() => stage?.close());

describe(`${SWITCHES} generations in a row under load`, () => {
  it("lose no packet, miss no program and mix no two generations", async () => {
    const { lab, engine } = stage;
    const attach = {
      xdp: lab.paths.map((path) => lab.router.device(path.access)),
      "tc-ingress": [lab.router.device(lab.path(1).wan)],
    };
    const change = (i: number): Promise<void> =>
      stage.apply(
        attach,
        [
          policy("under-load", { when: any(), chain: chainOf(i), priority: 1 }),
          policy("never-reached", { when: any(), chain: [setWindow({ window: i })] }),
        ],
        { stamp: true },
      );
    await change(0);
    const before = engine.counters();
    const first = engine.current().number;
    const counted = readCounters(lab.client);
    const connection = startConnection(stage, "v4", {});

    let done = false;
    const udp = (async (): Promise<IperfResult[]> => {
      const results: IperfResult[] = [];
      while (!done) {
        results.push(
          await runIperf(lab.client, { address: SERVER.v6, seconds: 3, udpBits: 5e6, reverse: true }),
        );
      }
      return results;
    })();
    udp.catch(() => undefined);
    try {
      for (let i = 1; i <= SWITCHES; i++) {
        await change(i);
        // Programs that are started here get their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      done = true;
    }
    const datagrams = await udp;
    stage.web.release(connection.download);
    const end = await connection.finish();

    expect(engine.current().number - first).toBe(SWITCHES);
    expect(end).toMatchObject({ intact: true, harm: {} });
    // What the receiving socket had no room for did arrive.
    const overflow = counterDelta(counted, readCounters(lab.client))["Udp6RcvbufErrors"] ?? 0;
    expect(datagrams.reduce((sum, result) => sum + result.lost, 0)).toBe(overflow);
    expect(datagrams.reduce((sum, result) => sum + result.packets, 0)).toBeGreaterThan(1000);
    expect(engine.counters()).toEqual(before);
  }, 170_000);
});
