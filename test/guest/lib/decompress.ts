import { spawnSync } from "node:child_process";

/** How compressed data begins, and what unpacks it. */
const FORMATS = [
  { magic: "1f8b08", command: ["gzip", "-dcq"] },
  { magic: "fd377a585a", command: ["xz", "-dcq", "--single-stream"] },
  { magic: "28b52ffd", command: ["zstd", "-dcq"] },
] as const;

/** Unpacks gzip, xz or zstd; what follows the compressed data is left out. */
export function decompress(data: Buffer): Buffer {
  const format = FORMATS.find(({ magic }) => data.subarray(0, magic.length / 2).toString("hex") === magic);
  if (!format)
    throw new Error(`unpack data that begins with ${data.toString("hex", 0, 6)}: format is unknown`);
  const [program, ...args] = format.command;
  const { stdout, stderr, error } = spawnSync(program, args, { input: data, maxBuffer: 1 << 28 });
  // What follows is an error for some of them, after everything was written.
  if (stdout === null || stdout.length === 0)
    throw new Error(`unpack with ${program}: ${String(error ?? stderr)}`, { cause: error });
  return stdout;
}
