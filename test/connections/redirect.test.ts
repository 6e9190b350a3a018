import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { policy } from "@emptcp/core";
import { SERVER } from "@emptcp/lab";
import { openStage, startConnection, type Attach, type Family, type Stage } from "@emptcp/lab/experiments";
import { redirect } from "@emptcp/actor-redirect";
import { ipPair } from "@emptcp/selector-ip-pair";
import { packetType } from "@emptcp/selector-packet-type";
import { FAMILIES } from "./places.js";

const BYTES = 6_000_000;

/** Another address of the client on the second link, which the detour below does not touch. */
const HOP = { v4: "10.0.2.9", v6: "fd00:2::9" };

let stage: Stage;

/**
 * The router is a hypervisor with two links, path1 and path2, of 40 Mbit/s each. Its routes send everything for
 * the client over path1, so that both subflows share that link.
 */
beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 40 }, { rateMbit: 40 }] });
  const { router, client } = stage.lab;
  const [one, two] = [stage.lab.path(1).client, stage.lab.path(2).client];
  router.runNow(["ip", "route", "add", `${two.v4}/32`, "via", one.v4, "dev", "path1"]);
  router.runNow(["ip", "-6", "route", "add", `${two.v6}/128`, "via", one.v6, "dev", "path1"]);
  client.runNow(["ip", "addr", "add", `${HOP.v4}/24`, "dev", "path2"]);
  client.runNow(["ip", "addr", "add", `${HOP.v6}/64`, "dev", "path2", "nodad"]);
  router.runNow(["ip", "link", "add", "spare", "type", "veth", "peer", "spare2"]); // down
  client.runNow(["ethtool", "-K", "path2", "gro", "on"]); // a veth takes XDP frames when its peer polls
});
afterAll(() => stage?.close());
afterEach(async () => {
  finish(false);
  await stage.clear();
});

/** Bytes that the client has received over each link. */
function received(): [number, number] {
  return ["path1", "path2"].map((name) => {
    const [link] = JSON.parse(stage.lab.client.runNow(["ip", "-s", "-j", "link", "show", name])) as {
      stats64: { rx: { bytes: number } };
    }[];
    return link?.stats64.rx.bytes ?? 0;
  }) as [number, number];
}

/** Whether the server's packets leave with their checksums, one by one. */
function finish(checksums: boolean): void {
  const state = checksums ? "off" : "on";
  for (const name of ["wan1", "wan2"]) stage.lab.server.runNow(["ethtool", "-K", name, "tx", state]);
}

/** Downloads, and says how much each link carried and what the step refused. */
async function download(family: Family, size = BYTES) {
  const before = received();
  const end = await startConnection(stage, family, { bytes: size }).finish();
  const links = received().map((bytes, i) => bytes - before[i]!) as [number, number];
  const steps = stage.engine.stats().flatMap((p) => p.steps);
  return { ...end, links, refused: steps.map((step) => step.refusalNames)[0] ?? {} };
}

const wan = (): string[] => ["wan1", "wan2"].map((name) => stage.lab.router.device(name));
const places: Record<string, () => Attach> = {
  "tc-ingress": () => ({ "tc-ingress": wan() }),
  "tc-egress of the other link": () => ({ "tc-egress": [stage.lab.router.device("path1")] }),
  "xdp in the driver": () => ({ xdp: { interfaces: wan(), mode: "native" } }),
  "xdp generic": () => ({ xdp: { interfaces: wan(), mode: "generic" } }),
};

describe.each(FAMILIES)("redirect on IP%s", (family) => {
  const apply = (where: Attach, path: number, params: Parameters<typeof redirect>[0]) => {
    const when = ipPair({ src: SERVER[family], dst: stage.lab.path(path).client[family] });
    return stage.apply(where, [policy("links", { when, chain: [redirect(params)] })]);
  };

  it("without it both subflows share one link", async () => {
    const { links, ...end } = await download(family);
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(links[0]).toBeGreaterThan(BYTES);
    expect(links[1]).toBeLessThan(BYTES / 100);
  });

  it.each(Object.entries(places))(
    "puts the second subflow on a link of its own (%s)",
    async (place, where) => {
      finish(place.startsWith("xdp"));
      await apply(where(), 2, { to: "path2", via: HOP[family] });
      const { links, refused, ...end } = await download(family);
      expect(end).toMatchObject({ intact: true, harm: {} });
      expect(refused).toEqual({});
      // XDP frames pass by the qdisc that limits the link, so the second subflow may take nearly everything.
      if (!place.startsWith("xdp")) expect(links[0]).toBeGreaterThan(BYTES / 5);
      expect(links[1]).toBeGreaterThan(BYTES / 5);
      expect(links[0]).toBeLessThan(BYTES);
    },
  );

  it.each(Object.entries(places))(
    "lets pass, and counts, what an interface that is down cannot take (%s)",
    async (_, where) => {
      await apply(where(), 1, { to: "spare" });
      const { refused, ...end } = await download(family, 500_000);
      expect(end).toMatchObject({ intact: true, harm: {} });
      expect(refused["no route"]).toBeGreaterThan(0n);
    },
  );

  it.each(Object.entries(places).slice(2))(
    "lets pass, and counts, what has no neighbour there (%s)",
    async (_, where) => {
      const nobody = family === "v4" ? "10.0.2.77" : "fd00:2::77";
      await apply(where(), 1, { to: "path2", via: nobody });
      const { refused, ...end } = await download(family, 500_000);
      expect(end).toMatchObject({ intact: true, harm: {} });
      expect(refused["no neighbour"]).toBeGreaterThan(0n);
    },
  );

  it("lets a SYN/ACK with MP_CAPABLE pass while the neighbour is unknown (tc-ingress)", async () => {
    const nobody = family === "v4" ? "10.0.2.77" : "fd00:2::77";
    const when = packetType({ type: ["mp-capable-syn-ack"] });
    const chain = [redirect({ to: "path2", via: nobody })];
    await stage.apply(places["tc-ingress"]!(), [policy("links", { when, chain })]);
    const { refused, ...end } = await download(family, 500_000);
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(refused).toEqual({ "no neighbour": 1n });
  });

  it("lets a SYN/ACK with MP_CAPABLE pass where its loss would not show (xdp)", async () => {
    finish(true);
    await apply(places["xdp in the driver"]!(), 1, { to: "path2", via: HOP[family] });
    const { refused, ...end } = await download(family, 500_000);
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(refused).toEqual({ "protected SYN": 1n });
  });

  it("lets pass what has no checksum yet (xdp)", async () => {
    await apply(places["xdp in the driver"]!(), 1, { to: "path2", via: HOP[family] });
    const { refused, ...end } = await download(family, 500_000);
    expect(end).toMatchObject({ intact: true, harm: {} });
    expect(refused["partial checksum"]).toBeGreaterThan(0n);
  });
});
