import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy, type EngineEvent } from "@emptcp/core";
import { downloadIntact, listSubflows, SERVER, type Host } from "@emptcp/lab";
import { openStage, startConnection, until, type Connection, type Stage } from "@emptcp/lab/experiments";
import { getConnect } from "@emptcp/actor-get-connect";
import { any } from "@emptcp/selector-any";
import { FAMILIES } from "./places.js";

const CONNECTIONS = 4;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 40 }, { rateMbit: 40 }, { rateMbit: 40, access: "tun" }] });
  const { lab } = stage;
  const access = (host: Host, paths = lab.paths): string[] => paths.map((path) => host.device(path.access));
  const wan = (host: Host): string[] => lab.paths.map((path) => host.device(path.wan));
  await stage.apply(
    {
      xdp: access(lab.router, lab.paths.slice(0, 2)),
      "tc-ingress": [...access(lab.router), ...wan(lab.server)],
      "tc-egress": [...access(lab.client), ...wan(lab.server)],
    },
    [policy("tell", { when: any(), chain: [getConnect()] })],
  );
});
afterAll(() => stage?.close());

/** Everything that is told until as many events came, and a little longer. */
async function told(count: number): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const end = new AbortController();
  let timer = setTimeout(() => end.abort(), 10_000);
  for await (const event of stage.engine.events({ signal: end.signal })) {
    if (events.push(event) < count) continue;
    clearTimeout(timer);
    timer = setTimeout(() => end.abort(), 200);
  }
  clearTimeout(timer);
  return events;
}

/** Tokens of a host's own side by port of the client, as its kernel says, of the subflows that opened a connection. */
const tokensAt = (host: Host): Map<number, string> =>
  new Map(
    listSubflows(host, stage.web.port)
      .filter((s) => !s.joined)
      .map((s) => [s.localPort === stage.web.port ? s.remotePort : s.localPort, s.token]),
  );
const hex = (token: unknown): string => Number(token).toString(16);

describe.each(FAMILIES)("get-connect at the hooks of three hosts (IP%s)", (family) => {
  it("tells each connection once, with the tokens that both kernels have, and no plain TCP", async () => {
    const { lab, web } = stage;
    const url = { address: SERVER[family], bytes: 200_000 };
    const connections: Connection[] = [];
    for (let i = 0; i < CONNECTIONS; i++) connections.push(startConnection(stage, family, {}));
    await until("every subflow", () => listSubflows(lab.server, web.port).length === 3 * CONNECTIONS);
    const plain = ["curl", "-sS", "-g", "-o", "/dev/null", `http://[${url.address}]:${web.port}/1000/plain`];
    await lab.client.run(family === "v6" ? plain : plain.map((arg) => arg.replace(/[[\]]/g, "")));
    const kernels = { client: tokensAt(lab.client), server: tokensAt(lab.server) };
    const sockets = lab.client.runNow(["ss", "-MinHO"]);

    const events = (await told(CONNECTIONS)).filter(({ module }) => module === "get-connect");
    expect(events.map(({ data }) => Number(data["sport"])).sort()).toEqual([...kernels.client.keys()].sort());
    for (const { data } of events) {
      const port = Number(data["sport"]);
      expect(data).toMatchObject({
        src: lab.path(1).client[family],
        dst: SERVER[family],
        dport: web.port,
        version: 1,
        src_key: 0n,
        dst_key: 0n,
      });
      expect([hex(data["src_token"]), hex(data["dst_token"])]).toEqual([
        kernels.client.get(port),
        kernels.server.get(port),
      ]);
      expect(sockets).toContain(`token:${hex(data["src_token"])}`);
    }
    for (const { download } of connections) web.release(download);
    for (const connection of connections)
      expect(await connection.finish()).toMatchObject({ intact: true, harm: {} });
    await downloadIntact(lab.client, web, url);
    expect(await told(1)).toHaveLength(1);
  });
});
