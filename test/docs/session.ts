import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Block } from "./page.js";

/** What one block printed, and its exit status; absent when the shell did not get there. */
export interface BlockResult {
  readonly output: string;
  readonly status: number;
}

/** What a shell on a machine of its own would have: network, namespaces, bpffs and processes that nobody else sees. */
const OWN_MACHINE = `
mount -t sysfs sysfs /sys
mount -t bpf bpf /sys/fs/bpf
mount -t tmpfs tmpfs /run
mkdir /run/netns
ip link set lo up
`;

const MARK = "@@emptcp-docs";
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The script of a page: every file is written and every command run in its order, in one shell. The clone is read-only
 * to it, so that a page whose `cd` is missing fails instead of leaving its files there.
 */
function scriptOf(blocks: readonly Block[], root: string): string {
  const parts = blocks.map((block, i) => {
    if (block.kind === "file") {
      const { path, text } = block;
      return `mkdir -p "$(dirname ${quoted(path)})"\nprintf %s ${quoted(text)} >${quoted(path)}\n`;
    }
    if (block.kind !== "run") return "";
    const body = block.fails ? `set +e\n${block.text}` : block.text;
    return `echo; echo ${MARK} begin ${i}\n${body}\nstatus=$?; echo; echo ${MARK} end ${i} $status\nset -e\n`;
  });
  const clone = `mount --bind ${quoted(root)} ${quoted(root)}\nmount -o remount,bind,ro ${quoted(root)}\ncd ${quoted(root)}\n`;
  return `set -e\nexec 2>&1\n${OWN_MACHINE}${clone}${parts.join("")}`;
}

function resultsOf(output: string, blocks: readonly Block[]): (BlockResult | undefined)[] {
  return blocks.map((_, i) => {
    const start = output.indexOf(`${MARK} begin ${i}\n`);
    if (start < 0) return undefined;
    const text = output.slice(output.indexOf("\n", start) + 1);
    const end = text.indexOf(`\n${MARK} end ${i} `);
    if (end < 0) return { output: text, status: -1 };
    return { output: text.slice(0, end), status: Number.parseInt(text.slice(end).split(" ")[3] ?? "", 10) };
  });
}

/**
 * Follows a page: writes its files and runs its commands as a reader would, from the clone's directory, with a
 * home directory of its own. Everything that is left over goes with the namespaces.
 *
 * @returns for each block what it printed; undefined for those that are no commands
 */
export async function follow(blocks: readonly Block[], root: string): Promise<(BlockResult | undefined)[]> {
  const home = mkdtempSync(join(tmpdir(), "emptcp-docs-"));
  try {
    const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const child = spawn("unshare", [...namespaces, "bash", "-c", scriptOf(blocks, root)], {
      cwd: root,
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8", NO_COLOR: "1", HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (output += String(chunk)));
    await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
    return resultsOf(output, blocks);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A pattern for what a page says is printed: `…` alone in a line stands for any lines, within a line for anything in it. */
export function patternOf(text: string): RegExp {
  const lines = text.trimEnd().split("\n");
  const parts = lines.map((line) =>
    line.trim() === "…"
      ? "(?:.*\\n)*?"
      : `${line
          .trimEnd()
          .split("…")
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
          .join(".*?")}[ \\t]*\\n`,
  );
  return new RegExp(`^${parts.join("")}$`);
}
