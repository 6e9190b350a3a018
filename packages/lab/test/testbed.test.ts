import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  adoptLab,
  counterDelta,
  harmIn,
  listSubflows,
  MPTCP_SUBTYPE,
  openLab,
  readCounters,
  runIperf,
  SERVER,
  startCapture,
  startDownload,
  startIperfServer,
  startWebServer,
  type Lab,
  type PathSpec,
  type WebServer,
} from "../src/index.js";
import { leftoversOf } from "./leftovers.js";

/** Enough for both subflows to carry a part on every kind of path. */
const BYTES = 6_000_000;

const kinds: Record<string, PathSpec[]> = {
  "Ethernet with rate and delay": [
    { rateMbit: 40, delayMs: 10 },
    { rateMbit: 40, delayMs: 20 },
  ],
  "Ethernet without delay": [{ rateMbit: 80 }, { rateMbit: 80 }],
  "devices without Ethernet header": [
    { rateMbit: 40, delayMs: 10, access: "tun" },
    { rateMbit: 40, delayMs: 20, access: "tun" },
  ],
};

describe.each(Object.entries(kinds))("a testbed of %s", (_, paths) => {
  let lab: Lab;
  let web: WebServer;

  beforeAll(async () => {
    lab = await openLab({ paths });
    web = await startWebServer(lab.server);
  });
  afterAll(() => lab?.close());

  it.each([
    ["IPv4", SERVER.v4],
    ["IPv6", SERVER.v6],
  ])("carries one connection over both paths with %s, intact", async (_family, address) => {
    const before = [lab.client, lab.server].map(readCounters);
    const capture = await startCapture(lab.router, lab.path(2).access, "tcp port 8080");
    const download = startDownload(lab.client, { bytes: BYTES, address });
    let subflows = listSubflows(lab.server, 8080);
    while (subflows.length < 2 || subflows.some((s) => s.bytesAcked < 200_000)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (download.received() === BYTES) break;
      subflows = listSubflows(lab.server, 8080);
    }
    expect(await download.done).toEqual(await web.sent(download.url));

    const clients = [lab.path(1), lab.path(2)].map((path) =>
      address === SERVER.v4 ? path.client.v4 : path.client.v6,
    );
    expect(subflows.map((s) => s.remote).sort()).toEqual(clients);
    expect(new Set(subflows.map((s) => s.token)).size).toBe(1);
    expect(subflows.find((s) => s.remote === clients[1])).toMatchObject({
      joined: true,
      backupAskedByPeer: false,
    });

    const packets = await capture.packets();
    expect(packets.filter((p) => p.syn && !p.ack).map((p) => p.mptcp)).toEqual([[MPTCP_SUBTYPE.join]]);
    expect(packets.reduce((sum, p) => sum + p.payloadBytes, 0)).toBeGreaterThan(200_000);
    [lab.client, lab.server].forEach((host, i) =>
      expect(harmIn(counterDelta(before[i]!, readCounters(host)))).toEqual({}),
    );
  });
});

describe("a testbed", () => {
  it("runs iperf3 over MPTCP, TCP and UDP", async () => {
    using lab = await openLab();
    await startIperfServer(lab.server);
    const [mptcp, tcp, udp] = [
      await runIperf(lab.client, { address: SERVER.v4, seconds: 1, reverse: true }),
      await runIperf(lab.client, { address: SERVER.v6, seconds: 1, plain: true }),
      await runIperf(lab.client, { address: SERVER.v6, seconds: 1, udpBits: 2e6, reverse: true }),
    ];
    expect(mptcp.bytes).toBeGreaterThan(0);
    expect(tcp.bytes).toBeGreaterThan(0);
    expect(udp).toMatchObject({ lost: 0, packets: expect.any(Number) as number });
    expect(readCounters(lab.client)).toMatchObject({ MPTcpExtMPCapableSYNTX: 2 });
  });

  it("that is persistent is found and taken down by another process's means", async () => {
    await openLab({ id: "stays", persistent: true });
    const found = adoptLab("stays");
    expect((await found.client.run(["ip", "mptcp", "endpoint"])).trim().split("\n")).toHaveLength(4);
    found.close();
    expect(leftoversOf("stays")).toEqual([]);
    expect(() => adoptLab("stays")).toThrow('use testbed "stays": it is not up');
  });

  it("reports a command that fails with what it said", async () => {
    using lab = await openLab({ paths: [{}] });
    await expect(lab.client.run(["ip", "link", "show", "nowhere"])).rejects.toThrow(
      'Device "nowhere" does not exist.',
    );
    await expect(lab.client.run(["no-such-program"])).rejects.toThrow("no-such-program");
  });
});
