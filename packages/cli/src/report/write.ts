import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import type { Engine } from "@emptcp/core";
import { errnoText } from "@emptcp/core/libbpf";
import { UsageError } from "../usage-error.js";
import { DIRECTORY } from "./collect.js";
import { tar } from "./tar.js";
import type { PackedFile } from "./types.js";

export { collectReport } from "./collect.js";
export { Redaction } from "./redact.js";

/** Network namespaces that an engine is attached in, and that of the process; only the latter where it may not look. */
export function namespacesOf(engine: Engine): (string | undefined)[] {
  try {
    return [undefined, ...new Set(engine.current().ports.flatMap((port) => port.netns ?? []))];
  } catch {
    return [undefined];
  }
}

/**
 * Writes the archive, for its owner only.
 *
 * @param output default: a name with the date, in the working directory
 * @returns the file
 * @throws UsageError when it exists or cannot be written
 */
export function writeReport(files: readonly PackedFile[], output?: string): string {
  const now = new Date();
  const date = now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const file = output ?? `emptcp-report-${date}.tar.gz`;
  const packed = files.map(({ name, content }) => ({ name: `${DIRECTORY}/${name}`, content }));
  try {
    writeFileSync(file, gzipSync(tar(packed, Math.floor(now.getTime() / 1000))), { flag: "wx", mode: 0o600 });
  } catch (error) {
    const { code, errno, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EEXIST: "it is there already",
      ENOENT: `there is no directory ${dirname(file)}`,
    };
    const reason = reasons[code ?? ""] ?? (errno === undefined ? message : errnoText(-errno));
    throw new UsageError(`write report ${file}: ${reason}`, "choose another file with --output");
  }
  return file;
}
