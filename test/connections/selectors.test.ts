import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pass } from "@emptcp/actor-pass";
import { record } from "@emptcp/actor-record";
import { policy, type PolicySetOptions } from "@emptcp/core";
import {
  listSubflows,
  readRecord,
  SERVER,
  SIGNALLED,
  type FlowRecord,
  type Host,
  type Subflow,
} from "@emptcp/lab";
import { openStage, startConnection, until, type Stage } from "@emptcp/lab/experiments";
import { connection } from "@emptcp/selector-connection";
import { mptcp } from "@emptcp/selector-mptcp";
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

/** The same once no packet is under way any more: closing goes on behind a transfer. */
async function settled(): Promise<Record<string, number>> {
  for (let before = matched(); ; ) {
    await sleep(300);
    const now = matched();
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

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

describe("mptcp", () => {
  it.each(FAMILIES)("is every packet of a connection, and none of plain TCP (IP%s)", async (family) => {
    const chain = [pass()];
    await stage.apply(router(), [
      policy("all", { when: tcp(), chain, continue: true }),
      policy("mptcp", { when: mptcp(), chain, continue: true }),
    ]);
    const end = await startConnection(stage, family, { bytes: 2_000_000 }).finish();
    const after = await settled();
    const host = family === "v6" ? `[${SERVER.v6}]` : SERVER.v4;
    stage.lab.client.runNow([
      "curl",
      "--silent",
      "--fail",
      "--output",
      "/dev/null",
      `http://${host}:${stage.web.port}/1000/plain`,
    ]);
    const plain = await settled();
    await stage.clear();
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(after.all).toBeGreaterThan(100);
    expect(after.mptcp).toBe(after.all);
    expect(plain.all).toBeGreaterThan(after.all ?? 0);
    expect(plain.mptcp).toBe(after.mptcp);
  });
});

describe("connection", () => {
  /** Token of the connection whose first subflow has this port at the client, as `ss -M` at a host prints it. */
  const tokenAt = (host: Host, port: number): string => {
    const lines = host.runNow(["ss", "-MnHiO"]).split("\n");
    const line = lines.find((text) => new RegExp(`:${port}\\s`).test(text));
    return /\btoken:([0-9a-f]+)/.exec(line ?? "")?.[1] ?? "";
  };
  const subflows = (): Subflow[] => listSubflows(stage.lab.server, stage.web.port);
  const recordOf = ({ local, localPort, remote, remotePort }: Subflow): FlowRecord | undefined =>
    readRecord(stage.engine, {
      source: local,
      sourcePort: localPort,
      destination: remote,
      destinationPort: remotePort,
    });

  it.each(FAMILIES.flatMap((family) => (["client", "server"] as const).map((end) => [end, family] as const)))(
    "by the %s's token of ss -M is all subflows of it, and no others (IP%s)",
    async (end, family) => {
      const { lab, web, engine } = stage;
      await stage.apply(router(), [
        policy("learn", { when: mptcp(), chain: [pass()], continue: true }),
        policy("one", { when: connection({ token: ["1"] }), chain: [record()] }),
      ]);
      const wanted = startConnection(stage, family, { maxRate: 2_000_000 });
      await until("two subflows", () => subflows().length === 2);
      const [{ token } = { token: "" }] = subflows();
      const port = subflows().find((s) => !s.joined)?.remotePort ?? 0;
      const other = startConnection(stage, family, { maxRate: 2_000_000 });
      await until("two more subflows", () => subflows().length === 4);

      const shown = tokenAt(lab[end], port);
      await engine.policy("stage/one").rules.add({ when: connection({ token: [shown] }) });
      const listed = [...engine.policy("stage/one").rules.list()].map(
        ({ match }) => match["connection"]?.["token"],
      );
      expect(listed.sort()).toEqual(
        ["00000001", "00000001", ...Array(2).fill(shown.padStart(8, "0"))].sort(),
      );
      lab.server.runNow(["ip", "mptcp", "endpoint", "add", SIGNALLED[family], "signal"]);
      try {
        await until("one more subflow of each", () => subflows().length === 6);
        const mine = subflows().filter((s) => s.token === token);
        await until("packets on all subflows of it", () => mine.every((s) => recordOf(s) !== undefined));
        expect(mine).toHaveLength(3);
        const later = mine.find((s) => s.local === SIGNALLED[family]);
        expect(later && recordOf(later)?.syns).toBe(1);
        const others = subflows().filter((s) => s.token !== token);
        expect(others).toHaveLength(3);
        expect(others.map(recordOf)).toEqual([undefined, undefined, undefined]);
      } finally {
        lab.server.runNow(["ip", "mptcp", "endpoint", "flush"]);
      }
      web.release(wanted.download);
      web.release(other.download);
      for (const { finish } of [wanted, other])
        expect(await finish()).toMatchObject({ intact: true, harm: {} });
      await stage.clear();
    },
  );
});
