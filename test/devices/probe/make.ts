import { execFileSync } from "node:child_process";
import type { Kind, Place } from "./kind.js";

/** A kind of device that exists now. */
export interface MadeKind {
  readonly kind: Kind;
  readonly number: number;
  readonly place: Place;
}

/** The reason of a command that failed, in one line. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split("\n").at(-1)?.trim() ?? "";
}

/**
 * Makes the devices of a kind.
 *
 * @param a @param b namespaces that exist
 * @returns what was made, or why it could not be made
 */
export function make(kind: Kind, number: number, a: string, b: string): MadeKind | string {
  const place: Place = {
    ...{ a, b, device: `dv${number}`, under: `u${number}` },
    ...{ here: `10.91.${number}.1`, there: `10.91.${number}.2` },
    ...{ underHere: `10.92.${number}.1`, underThere: `10.92.${number}.2` },
  };
  const env = { ...process.env, OWNER: String(process.pid) };
  for (const command of kind.commands(place, `ip -n ${a}`, `ip -n ${b}`)) {
    try {
      execFileSync("bash", ["-c", command], { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"], env });
    } catch (error) {
      return reasonOf(error);
    }
  }
  return { kind, number, place };
}
