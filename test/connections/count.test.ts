import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "@emptcp/core";
import { listSubflows } from "@emptcp/lab";
import { openStage, startConnection, until, type Stage } from "@emptcp/lab/experiments";
import { count } from "@emptcp/actor-count";
import { tcp } from "@emptcp/selector-tcp";
import { FAMILIES } from "./places.js";

const BYTES = 3_000_000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 40 }, { rateMbit: 40 }] });
});
afterAll(() => stage?.close());

describe.each(FAMILIES)("count at the server's devices (IP%s)", (family) => {
  it("counts the segments that the kernel says it sent, those of GSO packets each", async () => {
    const { lab, web } = stage;
    const wan = lab.paths.map((path) => lab.server.device(path.wan));
    const chain = (counter: number) => [policy("volume", { when: tcp(), chain: [count({ counter })] })];
    await stage.apply({ "tc-egress": wan }, chain(family === "v4" ? 4 : 6));
    const connection = startConnection(stage, family, { bytes: BYTES, hold: true });
    await until("all but the last byte", () => connection.download.received() >= BYTES - 1);
    using totals = stage.engine.module("count").map("totals", { cpus: "sum" });
    const counted = () => totals.get(family === "v4" ? 4 : 6) as Record<"packets" | "segments", bigint>;
    const sent = (): number => {
      const subflows = listSubflows(lab.server, web.port);
      // ss leaves out what came before the connection was accepted: a SYN/ACK of each.
      return subflows.reduce((sum, { segmentsOut }) => sum + segmentsOut, subflows.length);
    };
    await until("quiet", () => Number(counted().segments) === sent());
    expect(counted().packets).toBeLessThan(counted().segments);
    web.release(connection.download);
    expect(await connection.finish()).toMatchObject({ intact: true, harm: {} });
    await stage.clear();
  });
});
