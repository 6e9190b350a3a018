import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pass } from "@emptcp/actor-pass";
import { policy } from "@emptcp/core";
import { openStage, startConnection, until, type Stage } from "@emptcp/lab/experiments";
import { packetType } from "@emptcp/selector-packet-type";
import { FAMILIES } from "./places.js";

const ENDPOINT = ["ip", "mptcp", "endpoint"];
/** The server's second address, which it signals; the client reaches it over path 2. */
const SIGNALLED = { v4: "10.0.100.2", v6: "fd00:100::2" };
const TYPES = Object.keys(packetType.definition.params.type.of?.values ?? {}) as (
  | "data"
  | "mp-prio"
  | "rst"
)[];

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

describe("packets of a connection, counted by type at the router", () => {
  it.each(FAMILIES)("are those that the kernels at its ends count (IP%s)", async (family) => {
    const { lab, web, engine } = stage;
    const devices = lab.paths.flatMap((path) => [
      lab.router.device(path.access),
      lab.router.device(path.wan),
    ]);
    const chain = [pass()];
    const policies = TYPES.map((type) =>
      policy(type, { when: packetType({ type: [type] }), chain, continue: true }),
    );
    await stage.apply({ "tc-ingress": devices }, policies);
    lab.server.runNow([...ENDPOINT, "add", SIGNALLED[family], "signal"]);
    const connection = startConnection(stage, family, { bytes: 3_000_000, hold: true });
    await until("both subflows", () =>
      [1, 2].every((n) => (connection.subflow(n)?.bytesAcked ?? 0) > 10_000),
    );
    await until("the announced address", () => lab.server.runNow(["ss", "-tnH"]).includes(SIGNALLED[family]));
    lab.client.runNow([...ENDPOINT, "change", lab.path(2).client[family], "backup"]);
    lab.server.runNow([...ENDPOINT, "flush"]);
    await until("all but the last byte", () => connection.download.received() >= 2_999_999);
    web.release(connection.download);
    const { client, server, ...end } = await connection.finish();
    lab.client.runNow([...ENDPOINT, "change", lab.path(2).client[family], "nobackup"]);
    await sleep(200); // the last ACKs of closing subflows
    const counted = Object.fromEntries(
      engine.stats().map(({ policy: name, packets }) => [name, Number(packets)]),
    );
    await stage.clear();

    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(counted).toMatchObject({
      "mp-capable-syn": client["MPTcpExtMPCapableSYNTX"],
      "mp-capable-syn-ack": client["MPTcpExtMPCapableSYNACKRX"],
      "mp-join-syn": server["MPTcpExtMPJoinSynRx"],
      "mp-join-syn-ack": client["MPTcpExtMPJoinSynAckRx"],
      "add-addr": server["MPTcpExtAddAddrTx"],
      "add-addr-echo": client["MPTcpExtEchoAddTx"],
      "remove-addr": server["MPTcpExtRmAddrTx"],
      "mp-prio": client["MPTcpExtMPPrioTx"],
      "mp-fail": 0,
    });
    for (const type of ["mp-capable-ack", "mp-join-ack", "data", "data-ack", "pure-ack", "fin"])
      expect(counted[type], type).toBeGreaterThan(0);
    expect(counted["mp-prio"]).toBeGreaterThan(0);
    expect(counted["remove-addr"]).toBeGreaterThan(0);
  });
});
