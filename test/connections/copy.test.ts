import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { policy } from "@emptcp/core";
import { SERVER } from "@emptcp/lab";
import { openStage, startConnection, until, type Attach, type Stage } from "@emptcp/lab/experiments";
import { copy } from "@emptcp/actor-copy";
import { ipPair } from "@emptcp/selector-ip-pair";
import { FAMILIES } from "./places.js";

const CLI = fileURLToPath(new URL("../../packages/cli/src/bin.ts", import.meta.url));
const BYTES = 300_000;

let stage: Stage;
let directory: string;

beforeAll(async () => {
  stage = await openStage({ paths: [{ rateMbit: 100 }, { rateMbit: 100 }] });
  directory = mkdtempSync(join(tmpdir(), "emptcp-copy-"));
});
afterAll(() => {
  stage?.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => stage.clear());

const places: Record<string, () => Attach> = {
  "client, tc-egress": () => ({ "tc-egress": [stage.lab.client.device("path1")] }),
  "client, tc-ingress": () => ({ "tc-ingress": [stage.lab.client.device("path1")] }),
  "router, xdp": () => ({ xdp: [stage.lab.router.device("path1")] }),
};

/** Fields of each packet of a capture, as tshark reads them. */
function tshark(file: string, ...fields: string[]): string[][] {
  const args = [
    "-r",
    file,
    "-T",
    "fields",
    "-E",
    "occurrence=a",
    ...fields.flatMap((field) => ["-e", field]),
  ];
  const text = execFileSync("tshark", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
}

/** Writes what is copied during a download to a capture. */
async function capture(file: string, family: (typeof FAMILIES)[number]) {
  const reader = spawn(
    process.execPath,
    [
      ...["--conditions=@emptcp/source", "--import", "tsx", CLI],
      "events",
      "--pcapng",
      file,
      "--pin-dir",
      stage.pinDir,
    ],
    { stdio: ["ignore", "inherit", "pipe"] },
  );
  let said = "";
  reader.stderr.on("data", (part: Buffer) => (said += part.toString()));
  const end = await startConnection(stage, family, { bytes: BYTES }).finish();
  const counted = Number(stage.engine.stats()[0]!.steps[0]!.packets);
  const frames = (): number => {
    try {
      return tshark(file, "frame.number").length;
    } catch {
      return 0; // nothing is written yet
    }
  };
  await until("every copy", () => frames() >= counted);
  await sleep(100); // more than that would be wrong
  reader.kill("SIGINT");
  await once(reader, "close");
  return { ...end, counted, said };
}

describe.each(FAMILIES)("copy on IP%s", (family) => {
  it.each(Object.entries(places))(
    "gives Wireshark each packet whole, with its policy (%s)",
    async (name, where) => {
      const file = join(directory, `${family}-${name.replaceAll(/\W+/g, "-")}.pcapng`);
      const [client, server] = [stage.lab.path(1).client[family], SERVER[family]];
      const when = ipPair(
        name.endsWith("ingress") ? { src: server, dst: client } : { src: client, dst: server },
      );
      await stage.apply(where(), [policy("look", { when, chain: [copy({ what: "packet" })] })]);
      const { counted, said, ...end } = await capture(file, family);
      expect(end).toMatchObject({ intact: true, harm: {} });
      expect(said).toBe("");
      const packets = tshark(
        file,
        "frame.len",
        "frame.cap_len",
        "tcp.flags.syn",
        "tcp.options.mptcp.subtype",
        "frame.comment",
      );
      expect(packets).toHaveLength(counted);
      for (const [length, captured, , , comment] of packets) {
        expect(captured).toBe(length);
        expect(comment).toContain("copied by stage/look, step 1 at ");
      }
      const [first] = packets;
      expect([first![2], first![3]]).toEqual([expect.stringMatching(/1|True/), "0"]); // SYN with MP_CAPABLE
      expect(tshark(file, "_ws.malformed").flat().join("")).toBe("");
    },
  );
});
