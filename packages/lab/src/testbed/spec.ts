import { randomBytes } from "node:crypto";
import { LabError } from "../errors.js";

/** One way between client and server. */
export interface PathSpec {
  /** Megabits per second in each direction; absent: no limit. */
  readonly rateMbit?: number;
  /** One-way delay in milliseconds; absent or 0: none beyond what the machine takes. */
  readonly delayMs?: number;
  /**
   * Link between client and router: "veth" is Ethernet and runs XDP in the driver (default);
   * "tun" has no Ethernet header.
   */
  readonly access?: "veth" | "tun";
}

/** What a testbed looks like. */
export interface LabSpec {
  /** Tells several testbeds apart, 1 to 12 of a-z, 0-9; absent: random. "" names the namespaces emptcp-client, …. */
  readonly id?: string;
  /** At least one; absent: two, 20 Mbit/s with 10 ms and 20 Mbit/s with 20 ms. */
  readonly paths?: readonly PathSpec[];
  /** Goes on when this process ends (`emptcp lab up`); absent: false. */
  readonly persistent?: boolean;
}

/** A specification with everything said. */
export interface LabPlan {
  readonly id: string;
  readonly persistent: boolean;
  readonly paths: readonly Required<PathSpec>[];
}

/** The kernel keeps eight MPTCP endpoints for a namespace; each path needs one of each family. */
const MAX_PATHS = 4;

const DEFAULT_PATHS: readonly PathSpec[] = [
  { rateMbit: 20, delayMs: 10 },
  { rateMbit: 20, delayMs: 20 },
];

/**
 * Fills in what a specification leaves open and checks the rest.
 * @throws LabError ERR_EMPTCP_LAB_SPEC that names the offending value
 */
export function planLab(spec: LabSpec = {}): LabPlan {
  const id = spec.id ?? randomBytes(3).toString("hex");
  if (!/^[a-z0-9]{0,12}$/.test(id)) {
    throw specError(`use testbed id "${id}"`, "an id has at most 12 of the characters a-z and 0-9");
  }
  const paths = spec.paths ?? DEFAULT_PATHS;
  if (paths.length < 1 || paths.length > MAX_PATHS) {
    throw specError(`make ${paths.length} paths`, `a testbed has 1 to ${MAX_PATHS}`);
  }
  return {
    id,
    persistent: spec.persistent ?? false,
    paths: paths.map((path, i) => {
      const { rateMbit = 0, delayMs = 0, access = "veth" } = path;
      checkRange(`paths[${i}].rateMbit`, rateMbit, 10_000);
      checkRange(`paths[${i}].delayMs`, delayMs, 1_000);
      return { rateMbit, delayMs, access };
    }),
  };
}

/**
 * Reads a path as a user writes it: rate, delay and kind of link in any order, e.g. "20Mbit,10ms" or "5Mbit,40ms,tun".
 * @throws LabError ERR_EMPTCP_LAB_SPEC that names the part it cannot read
 */
export function parsePath(text: string): PathSpec {
  const path: { -readonly [K in keyof PathSpec]: PathSpec[K] } = {};
  for (const part of text
    .toLowerCase()
    .split(",")
    .map((p) => p.trim())) {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(mbit|gbit|ms)$/.exec(part) ?? [];
    if (part === "veth" || part === "tun") path.access = part;
    else if (unit === "ms") path.delayMs = Number(number);
    else if (unit !== undefined) path.rateMbit = Number(number) * (unit === "gbit" ? 1000 : 1);
    else
      throw specError(
        `read path "${text}": "${part}" is no part of one`,
        "write e.g. 20Mbit,10ms or 5Mbit,40ms,tun",
      );
  }
  return path;
}

function checkRange(where: string, value: number, max: number): void {
  if (!Number.isFinite(value) || value < 0 || value > max) {
    throw specError(`use ${value} as ${where}`, `it lies between 0 and ${max}`);
  }
}

function specError(message: string, hint: string): LabError {
  return new LabError("ERR_EMPTCP_LAB_SPEC", message, hint);
}
