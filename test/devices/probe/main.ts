import { execFileSync, spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { discoverModules, openEngine, type Engine } from "@emptcp/core";
import { features, findInterface, withNetns } from "@emptcp/core/libbpf";
import { attach, matches, ways, windowOf, type Way } from "./attempt.js";
import { kinds } from "./kinds.js";
import { make, type MadeKind } from "./make.js";
import { Traffic, TCP_PORT } from "./traffic.js";
import { windows } from "./windows.js";

/** What became of one device on one hook. */
export interface Outcome extends Way {
  readonly kind: string;
  readonly layer3: boolean;
  /** How it was attached, or why not. */
  readonly attached: string;
  /** A connection over the device worked meanwhile. */
  readonly connected: boolean;
  /** Packets that matched the device's policy. */
  readonly matched: number;
  /** The other end, or the own one for what comes in, saw the window that the policy sets. */
  readonly changed: boolean;
}

export interface Outcomes {
  readonly kernel: string;
  readonly outcomes: readonly Outcome[];
  /** Kinds that this kernel does not have, with the reason. */
  readonly missing: Readonly<Record<string, string>>;
}

const directory = dirname(fileURLToPath(import.meta.url));
const [workspace = process.cwd()] = process.argv.slice(2);
process.env["WIREGUARD"] = `${directory}/wireguard.sh`;
process.env["PPP"] = `${directory}/ppp.sh`;

async function tryWay(
  engine: Engine,
  way: Way,
  made: readonly MadeKind[],
  traffic: Traffic,
): Promise<Outcome[]> {
  const attached = await attach(engine, way, made);
  const twoEnded = made.filter((m) => !m.kind.egressOnly);
  const answered = await traffic.connect(twoEnded.map((m) => m.place.here));
  for (const { place } of made.filter((m) => m.kind.egressOnly))
    spawnSync("ip", ["netns", "exec", place.a, "ping", "-q", "-c1", "-W1", place.there]);
  const matched = matches(engine, made);
  const [a = "", b = ""] = [made[0]?.place.a, made[0]?.place.b];
  const seen = way.hook === "tc-egress" ? windows(b, TCP_PORT, "remote") : windows(a, TCP_PORT, "local");
  await engine.detach();
  return made.map((kind) => ({
    ...way,
    kind: kind.kind.name,
    layer3: withNetns(undefined, () => findInterface(kind.place.device, kind.place.a)?.layer3 ?? false),
    attached: attached.get(kind.number) ?? "",
    connected: answered.has(kind.place.here),
    matched: matched.get(kind.number) ?? 0,
    changed: seen.get(kind.place.here) === windowOf(kind),
  }));
}

/** Attaches to all at once; where that fails, to each for itself, so that one device does not hide the others. */
async function tryAll(
  engine: Engine,
  way: Way,
  made: readonly MadeKind[],
  traffic: Traffic,
): Promise<Outcome[]> {
  try {
    return await tryWay(engine, way, made, traffic);
  } catch (error) {
    const [only] = made;
    if (made.length > 1) {
      const half = Math.ceil(made.length / 2);
      const first = await tryAll(engine, way, made.slice(0, half), traffic);
      return [...first, ...(await tryAll(engine, way, made.slice(half), traffic))];
    }
    const { message, cause } = error as Error;
    const attached = `refused: ${cause instanceof Error ? cause.message : message}`;
    return only
      ? [
          {
            ...way,
            kind: only.kind.name,
            layer3: false,
            attached,
            connected: false,
            matched: 0,
            changed: false,
          },
        ]
      : [];
  }
}

const [a, b] = [`emdev-${process.pid}-a`, `emdev-${process.pid}-b`];
const missing: Record<string, string> = {};
const outcomes: Outcome[] = [];
const engine = await openEngine({
  pinDir: `/sys/fs/bpf/emptcp-test-devices-${process.pid}`,
  modules: discoverModules({ from: [workspace] }),
});
let traffic: Traffic | undefined;
try {
  for (const netns of [a, b]) {
    execFileSync("ip", ["netns", "add", netns]);
    execFileSync("ip", ["-n", netns, "link", "set", "lo", "up"]);
  }
  const made = kinds.flatMap((kind, i) => {
    const result = make(kind, i + 1, a, b);
    if (typeof result !== "string") return [result];
    missing[kind.name] = result;
    return [];
  });
  traffic = await Traffic.start(a, b, directory);
  for (const way of ways) {
    if (way.how === "tcx" && !features.tcx.supported()) continue;
    outcomes.push(...(await tryAll(engine, way, made, traffic)));
  }
} finally {
  traffic?.end();
  await engine.detach();
  engine.close();
  for (const netns of [a, b]) spawnSync("ip", ["netns", "del", netns]);
}
const [kernel = ""] = /^\d+\.\d+/.exec(execFileSync("uname", ["-r"], { encoding: "utf8" })) ?? [];
process.stdout.write(`${JSON.stringify({ kernel, outcomes, missing } satisfies Outcomes)}\n`);
