import { styleFor } from "../terminal.js";
import type { TraceEndReport } from "./run.js";

/** Says on standard error how much was traced and what is missing. */
export function reportEnd({ packets, incomplete, lost }: TraceEndReport): void {
  const style = styleFor(process.stderr);
  const parts = [`${packets} ${packets === 1 ? "packet" : "packets"}`];
  if (incomplete > 0) parts.push(`${incomplete} of them incomplete`);
  parts.push(`${lost} ${lost === 1n ? "record" : "records"} lost`);
  const line = parts.join(", ");
  process.stderr.write(`${lost > 0n ? style.yellow(line) : style.dim(line)}\n`);
  if (lost > 0n)
    process.stderr.write("hint: a narrower filter, --sample, or fewer --bytes leave more room for records\n");
}
