import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { policy } from "@emptcp/core";
import { SERVER } from "@emptcp/lab";
import { openStage, startConnection, until, type Stage } from "@emptcp/lab/experiments";
import { stripOption } from "@emptcp/actor-strip-option";
import { ipPair } from "@emptcp/selector-ip-pair";
import { CLIENT_TO_SERVER, FAMILIES } from "./places.js";

const BYTES = 3_000_000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 100 }, { rateMbit: 100 }] });
});
afterAll(() => stage?.close());
afterEach(() => stage.clear());

/** Where packets of the initial subflow leave the client and enter the router. */
const ON_PATH1 = [
  { name: "client, tc-egress", attach: () => ({ "tc-egress": [stage.lab.client.device("path1")] }) },
  { name: "router, xdp", attach: () => ({ xdp: [stage.lab.router.device("path1")] }) },
  { name: "router, tc-ingress", attach: () => ({ "tc-ingress": [stage.lab.router.device("path1")] }) },
];

describe.each(FAMILIES)("strip-option on IP%s", (family) => {
  const from = (path: number) => ipPair({ src: stage.lab.path(path).client[family], dst: SERVER[family] });

  it.each(ON_PATH1)(
    "makes a connection plain TCP by its SYN (at the $name), and harms nothing",
    async ({ attach }) => {
      const chain = [stripOption({ subtype: "mp-capable" })];
      await stage.apply(attach(), [policy("plain", { when: from(1), chain })]);
      const end = await startConnection(stage, family, { bytes: BYTES }).finish();
      expect(end.intact).toBe(true);
      expect(end.harm).toEqual({ MPTcpExtMPCapableFallbackSYNACK: 1 });
      expect(end.client["MPTcpExtMPCapableSYNTX"]).toBe(1);
      expect(end.server["MPTcpExtMPCapableSYNRX"] ?? 0).toBe(0);
    },
  );

  it.each(CLIENT_TO_SERVER.slice(0, 2))(
    "keeps a connection on its first subflow when MP_JOIN goes (at the $name)",
    async ({ attach }) => {
      const chain = [stripOption({ subtype: "mp-join" })];
      await stage.apply(attach(stage), [policy("one", { when: from(2), chain })]);
      const connection = startConnection(stage, family, { bytes: BYTES, hold: true });
      await until("the join to fail", () => connection.download.received() > BYTES / 2);
      expect(connection.subflow(2)).toBeUndefined();
      stage.web.release(connection.download);
      const end = await connection.finish();
      expect(end.intact).toBe(true);
      expect(end.client["MPTcpExtMPJoinSynTx"]).toBe(1);
      expect(end.server["MPTcpExtMPJoinSynRx"] ?? 0).toBe(0);
      // The client resets what is no subflow.
      expect(end.harm).toEqual({ MPTcpExtMPRstTx: 1 });
    },
  );

  it("has no effect on a connection that is under way", async () => {
    const connection = startConnection(stage, family, { bytes: BYTES, hold: true });
    await until("both subflows", () =>
      [1, 2].every((n) => (connection.subflow(n)?.bytesAcked ?? 0) > 100_000),
    );
    const chain = [stripOption({})];
    await stage.apply(ON_PATH1[0]!.attach(), [policy("plain", { when: from(1), chain })]);
    stage.web.release(connection.download);
    expect(await connection.finish()).toMatchObject({ intact: true, harm: {} });
  });
});
