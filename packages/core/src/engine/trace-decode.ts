import { readManifest } from "./generation-store.js";
import { HOOKS, TRACE, type PacketHook } from "./layout.js";
import type { GenerationManifest, PolicyRecord } from "./manifest.js";
import type { PinDir } from "./pin-dir.js";
import type { TraceHop, TraceResult } from "./trace-types.js";

/** Offsets in struct emptcp_hop. */
const HOP = {
  packet: 0,
  time: 8,
  ns: 16,
  generation: 24,
  policy: 28,
  rule: 32,
  slot: 36,
  result: 40,
  final: 44,
  before: 48,
  after: 52,
  capturedBefore: 56,
  capturedAfter: 58,
  port: 60,
  hook: 62,
  at: 63,
} as const;

const CPU_SHIFT = 48n;
const NO_POLICY = 0xffffffff;
const GOES_ON = 0x203;
const NEXT = 0x100;

/** Results that are the same on every hook. */
const RESULTS: Readonly<Record<number, TraceResult>> = {
  [NEXT]: "next",
  0x101: "again",
  0x102: "fail",
  0x200: "chain",
  0x201: "none",
  0x202: "missed",
};

type Verdict = NonNullable<TraceHop["final"]>;
const XDP: Readonly<Record<number, Verdict>> = { 1: "drop", 2: "pass", 4: "redirect" };
const TC: Readonly<Record<number, Verdict>> = { [-1]: "pass", 2: "drop", 7: "redirect" };

function verdictOf(hook: PacketHook, result: number): Verdict {
  return (hook === "xdp" ? XDP : TC)[result] ?? `other ${result}`;
}

/** Turns records of the ring buffer into hops with the names that the manifests of their generations give. */
export class TraceDecoder {
  readonly #manifests = new Map<number, GenerationManifest>();
  #latest: GenerationManifest | undefined;

  constructor(readonly pins: PinDir) {}

  /** Keeps the manifest of a generation, which is removed two commits later. */
  learn(generation: number): void {
    if (generation > 0) this.#manifest(generation);
  }

  decode(record: Buffer): TraceHop {
    const hook = HOOKS[record[HOP.hook] ?? 0] ?? "xdp";
    const packet = record.readBigUInt64LE(HOP.packet);
    const generation = record.readUInt32LE(HOP.generation);
    const manifest = this.#manifest(generation);
    const result = record.readInt32LE(HOP.result);
    const final = record.readInt32LE(HOP.final);
    const at = record[HOP.at] === 1 ? "step" : "entry";
    const policy = this.#policy(manifest, record, hook);
    const rule = record.readUInt32LE(HOP.rule);
    const split = TRACE.hopSize + record.readUInt16LE(HOP.capturedBefore);
    const before = Buffer.from(record.subarray(TRACE.hopSize, split));
    const after = Buffer.from(record.subarray(split, split + record.readUInt16LE(HOP.capturedAfter)));
    const step = at === "step" && policy && stepOf(manifest, policy, record.readUInt32LE(HOP.slot));
    const ended = final === GOES_ON ? undefined : verdictOf(hook, final);
    return {
      packet,
      time: record.readBigUInt64LE(HOP.time),
      cpu: Number(packet >> CPU_SHIFT),
      hook,
      port: portOf(manifest, record.readUInt16LE(HOP.port)),
      at,
      generation,
      ...(policy && { policy: { set: policy.set, name: policy.name } }),
      ...(at === "entry" && rule !== 0 && { rule }),
      ...(step && { step }),
      result: result === NEXT && ended ? ended : (RESULTS[result] ?? verdictOf(hook, result)),
      ...(ended && { final: ended }),
      ns: Number(record.readBigUInt64LE(HOP.ns)),
      length: { before: record.readUInt32LE(HOP.before), after: record.readUInt32LE(HOP.after) },
      before,
      after: at === "entry" ? before : after,
    };
  }

  #policy(
    manifest: GenerationManifest | undefined,
    record: Buffer,
    hook: PacketHook,
  ): PolicyRecord | undefined {
    const index = record.readUInt32LE(HOP.policy);
    if (index === NO_POLICY) return undefined;
    return manifest?.policies.find((p) => p.index === index && p.hook === hook);
  }

  /** The generation's manifest, or the latest known when it is gone already. */
  #manifest(generation: number): GenerationManifest | undefined {
    const known = this.#manifests.get(generation);
    if (known) return known;
    try {
      const manifest = readManifest(this.pins, generation);
      this.#manifests.set(generation, manifest);
      this.#latest = manifest;
    } catch {
      // Two commits came before the record was read.
    }
    return this.#manifests.get(generation) ?? this.#latest;
  }
}

function stepOf(
  manifest: GenerationManifest | undefined,
  policy: PolicyRecord,
  slot: number,
): TraceHop["step"] {
  const index = policy.stats + policy.steps.length - 1 - slot;
  const found = policy.steps[index];
  if (!found) return undefined;
  const version = manifest?.modules.find((m) => m.package === found.package)?.version ?? "";
  return { index, module: found.module, version };
}

function portOf(manifest: GenerationManifest | undefined, id: number): TraceHop["port"] {
  const port = manifest?.ports.find((p) => p.id === id);
  if (!port) return { id, name: `port ${id}`, layer3: false };
  const { name, netns, layer3 } = port;
  return { id, name, ...(netns !== undefined && { netns }), layer3 };
}
