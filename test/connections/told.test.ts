import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy, type EngineEvent } from "@emptcp/core";
import { listSubflows, SERVER, type Host } from "@emptcp/lab";
import { openStage, startConnection, until, type Connection, type Stage } from "@emptcp/lab/experiments";
import { getConnect } from "@emptcp/actor-get-connect";
import { getSubflow } from "@emptcp/actor-get-subflow";
import { any } from "@emptcp/selector-any";
import { FAMILIES } from "./places.js";

const CONNECTIONS = 4;
/** Of each connection: one for each path but the first. */
const JOINS = 2;

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
    [policy("tell", { when: any(), chain: [getConnect(), getSubflow()] })],
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

/** What the kernel of a host says of a subflow: the host's own token, and its line of `ss`. */
interface Seen {
  readonly token: string;
  readonly line: string;
}

/** The subflows at a host by port of the client. */
function subflowsAt(host: Host, joined: boolean): Map<number, Seen> {
  const { port } = stage.web;
  const lines = host.runNow(["ss", "-tinHO"]).split("\n");
  const found = listSubflows(host, port).filter((s) => s.joined === joined);
  return new Map(
    found.map((s) => {
      const client = s.localPort === port ? s.remotePort : s.localPort;
      return [client, { token: s.token, line: lines.find((line) => line.includes(`:${client} `)) ?? "" }];
    }),
  );
}

const hex = (token: unknown): string => Number(token).toString(16);
const sport = ({ data }: EngineEvent): number => Number(data["sport"]);

/** Downloads once without MPTCP. */
async function downloadPlain(family: "v4" | "v6"): Promise<void> {
  const host = family === "v6" ? `[${SERVER.v6}]` : SERVER.v4;
  const url = `http://${host}:${stage.web.port}/1000/plain`;
  await stage.lab.client.run(["curl", "-sS", "--globoff", "--fail", "-o", "/dev/null", url]);
}

describe.each(FAMILIES)("at the hooks of three hosts (IP%s)", (family) => {
  it("each connection and each subflow is told once, with what both kernels say, and no plain TCP", async () => {
    const { lab, web } = stage;
    const connections: Connection[] = [];
    for (let i = 0; i < CONNECTIONS; i++) connections.push(startConnection(stage, family, {}));
    const established = CONNECTIONS * (1 + JOINS);
    await until("every subflow", () => listSubflows(lab.server, web.port).length === established);
    await downloadPlain(family);
    const [client, server] = [subflowsAt(lab.client, false), subflowsAt(lab.server, false)];
    const joined = { client: subflowsAt(lab.client, true), server: subflowsAt(lab.server, true) };
    const sockets = lab.client.runNow(["ss", "-MinHO"]);
    const events = await told(established);
    for (const { download } of connections) web.release(download);
    for (const connection of connections)
      expect(await connection.finish()).toMatchObject({ intact: true, harm: {} });

    const opened = events.filter(({ event }) => event === "connect");
    expect(opened.map(sport).sort()).toEqual([...client.keys()].sort());
    for (const event of opened) {
      const { data } = event;
      expect(data).toMatchObject({ src: lab.path(1).client[family], dst: SERVER[family], dport: web.port });
      expect(data).toMatchObject({ version: 1, src_key: 0n, dst_key: 0n });
      expect(hex(data["src_token"])).toBe(client.get(sport(event))?.token);
      expect(hex(data["dst_token"])).toBe(server.get(sport(event))?.token);
      expect(sockets).toContain(`token:${hex(data["src_token"])}`);
    }

    const joins = events.filter(({ event }) => event === "joined");
    expect(joins.map(sport).sort()).toEqual([...joined.client.keys()].sort());
    for (const event of joins) {
      const { data } = event;
      expect(data).toMatchObject({ dst: SERVER[family], dport: web.port, answered: true, unkeyed: false });
      expect(data).toMatchObject({ connection: data["dst_token"], src_backup: false, dst_backup: false });
      expect(hex(data["src_token"])).toBe(joined.client.get(sport(event))?.token);
      expect(hex(data["dst_token"])).toBe(joined.server.get(sport(event))?.token);
      const ids = /token:\S+\(id:(\d+)\)\/\S+\(id:(\d+)\)/.exec(joined.server.get(sport(event))?.line ?? "");
      expect([data["src_id"], data["dst_id"]]).toEqual([Number(ids?.[1]), Number(ids?.[2])]);
    }
    for (const { data } of opened) {
      const own = joins.filter((join) => join.data["connection"] === data["dst_token"]);
      const paths = lab.paths.slice(1).map((path) => path.client[family]);
      expect(own.map((join) => String(join.data["src"])).sort()).toEqual(paths);
    }
  });
});
