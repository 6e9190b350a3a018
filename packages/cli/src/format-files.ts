import { isUtf8 } from "node:buffer";
import { lstatSync, readFileSync } from "node:fs";
import { formatPolicyText, ProblemsError, throwProblems, type Problem } from "@emptcp/core";
import { UsageError } from "./usage-error.js";
import { writeWhole } from "./write-whole.js";

/** What became of one file. */
export interface FormattedFile {
  readonly file: string;
  /** It was not in its canonical form. */
  readonly changed: boolean;
  /** The new text; only of standard input with --json. */
  readonly text?: string;
}

/** @returns undefined when it is no regular file */
function readBytes(file: string): Buffer | undefined {
  try {
    if (file === "-") return readFileSync(0);
    return lstatSync(file).isFile() ? readFileSync(file) : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : message;
    throw new UsageError(
      `read policy file ${file}: ${reason}`,
      "check the name; - stands for standard input",
    );
  }
}

function read(file: string): string {
  const bytes = readBytes(file);
  if (!bytes) {
    throw new UsageError(
      `format ${file}: it is no regular file`,
      "name the file itself, not a link or a directory",
    );
  }
  if (bytes.includes(0) || !isUtf8(bytes)) {
    throw new UsageError(
      `format ${file === "-" ? "standard input" : file}: it is no text`,
      "name policy files, YAML or JSON in UTF-8",
    );
  }
  return bytes.toString("utf8");
}

/**
 * Formats files in place; what cannot be read in any of them is told before one is written.
 *
 * @param check nothing is written
 * @param json the text of standard input is returned, not printed
 * @throws ProblemsError, ERR_EMPTCP_FORMAT, UsageError
 */
export async function formatFiles(
  files: readonly string[],
  check: boolean,
  json: boolean,
): Promise<FormattedFile[]> {
  const problems: Problem[] = [];
  const texts: { file: string; before: string; after: string }[] = [];
  for (const file of files) {
    const before = read(file);
    try {
      const name = file === "-" ? "standard input" : file;
      texts.push({ file, before, after: await formatPolicyText(before, name) });
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      problems.push(...error.problems);
    }
  }
  throwProblems(problems);
  return texts.map(({ file, before, after }) => {
    const changed = before !== after;
    if (file === "-") {
      if (!check && !json) process.stdout.write(after);
      return { file, changed, ...(json && { text: after }) };
    }
    if (changed && !check) writeWhole(file, after);
    return { file, changed };
  });
}
