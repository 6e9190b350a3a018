import { readFileSync } from "node:fs";
import { addedNames } from "./added-names.js";
import { parts } from "./parts/index.js";
import type { Redaction } from "./redact.js";
import type { PackedFile, ReportContext } from "./types.js";
import { UsageError } from "../usage-error.js";

/** The directory in the archive. */
export const DIRECTORY = "emptcp-report";

/**
 * Makes the files of a report.
 *
 * @param added files to add, e.g. the output of `emptcp apply --verbose` with the verifier's log
 * @throws UsageError when one of those cannot be read
 */
export function collectReport(
  context: ReportContext,
  redaction: Redaction,
  added: readonly string[],
  onPart: (name: string, done: number, total: number) => void,
): PackedFile[] {
  const files = parts.map((part, i): PackedFile => {
    onPart(part.name, i, parts.length);
    const { name, about } = part;
    try {
      const value = part.collect(context);
      const text = typeof value === "string" ? redaction.text(value) : redaction.json(value);
      return { name, about, content: Buffer.from(text) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { name, about: `${about} (missing: ${redaction.text(reason)})`, content: Buffer.alloc(0) };
    }
  });
  const names = addedNames(added);
  const own = added.map((path, i): PackedFile => {
    const content = Buffer.from(redaction.text(textOf(path)));
    return { name: names[i] ?? "", about: "added by you", content };
  });
  const all = [...files.filter((f) => f.content.length > 0), ...own];
  const missing = files.filter((f) => f.content.length === 0);
  const lines = [...all.map((f) => `${f.name}: ${f.about}`), ...missing.map((f) => `${f.name}: ${f.about}`)];
  const contents = Buffer.from(`${lines.join("\n")}\n`);
  return [{ name: "contents.txt", about: "this list", content: contents }, ...all];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`add ${path} to the report: ${(error as Error).message}`, "check the name");
  }
}
