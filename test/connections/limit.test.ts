import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "@emptcp/core";
import { listSubflows, type Host } from "@emptcp/lab";
import { openStage, startConnection, until, type Attach, type Stage } from "@emptcp/lab/experiments";
import { limitSubflows } from "@emptcp/actor-limit-subflows";
import { tcp } from "@emptcp/selector-tcp";
import { FAMILIES } from "./places.js";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 40 }, { rateMbit: 40 }, { rateMbit: 40, access: "tun" }] });
});
afterAll(() => stage?.close());

const access = (host: Host): string[] => stage.lab.paths.map((path) => host.device(path.access));
const wan = (host: Host): string[] => stage.lab.paths.map((path) => host.device(path.wan));
const PLACES: readonly [string, () => Attach][] = [
  ["the client, tc-egress", () => ({ "tc-egress": access(stage.lab.client) })],
  [
    "the router, tc-ingress and tc-egress",
    () => ({
      "tc-ingress": [...access(stage.lab.router), ...wan(stage.lab.router)],
      "tc-egress": [...access(stage.lab.router), ...wan(stage.lab.router)],
    }),
  ],
  ["the server, xdp", () => ({ xdp: wan(stage.lab.server) })],
];

/** Runs a connection with three paths under a limit; how many subflows it had, and what became of it. */
async function run(family: "v4" | "v6", attach: Attach, limit: Parameters<typeof limitSubflows>[0]) {
  const { lab, web } = stage;
  await stage.apply(attach, [policy("limit", { when: tcp(), chain: [limitSubflows(limit)] })]);
  const connection = startConnection(stage, family, {});
  await until("a megabyte", () => connection.download.received() > 4_000_000);
  const subflows = listSubflows(lab.server, web.port).length;
  web.release(connection.download);
  const { client, ...end } = await connection.finish();
  await stage.clear();
  return { subflows, tried: client["MPTcpExtMPJoinSynTx"], intact: end.intact, harm: end.harm };
}

describe.each(PLACES)("limit-subflows at %s", (_, attach) => {
  it.each(FAMILIES)("lets no third subflow appear, and the rest goes on (IP%s)", async (family) => {
    const refused = { MPTcpExtMPRstTx: 1 };
    expect(await run(family, attach(), { max: 2 })).toEqual({
      subflows: 2,
      tried: 2,
      intact: true,
      harm: refused,
    });
  });
});

describe("limit-subflows at the client, tc-egress", () => {
  it.each(["interface", "pair"] as const)("lets one subflow for each %s be", async (per) => {
    const end = await run("v4", { "tc-egress": access(stage.lab.client) }, { max: 1, per });
    expect(end).toEqual({ subflows: 3, tried: 2, intact: true, harm: {} });
  });
});
