import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VERIFIER_HINTS, verifierHint } from "../../packages/core/src/libbpf/verifier-hints.js";
import { summarizeLog } from "../../packages/core/src/libbpf/verifier-error.js";
import { readVerifierLog } from "../../packages/core/src/libbpf/verifier-log.js";
import { root } from "./packages.js";

const BAD = "packages/core/test/verifier/bad";
const LOGS = "packages/core/src/libbpf/verifier-logs";

/** A module that the kernel refused. */
interface BadModule {
  readonly path: string;
  readonly source: string;
  /** What the user sees of the log. */
  readonly summary: string;
  /** Name of the usual cause. */
  readonly cause: string;
}

function badModules(): BadModule[] {
  return readdirSync(join(root, BAD)).map((file) => {
    const log = readFileSync(join(root, LOGS, file.replace(".bpf.c", ".txt")), "utf8");
    return {
      path: `${BAD}/${file}`,
      source: readFileSync(join(root, BAD, file), "utf8"),
      summary: summarizeLog(log).replace(/ \(\d+ lines? omitted\)/, ""),
      cause: verifierHint(readVerifierLog(log).telling)?.name ?? "",
    };
  });
}

/** What the module does wrong, its body, and what is said. */
function example({ path, source, summary }: BadModule): string {
  const does = /^\/\* (.*) \*\/$/m.exec(source)?.[1] ?? "";
  const body = /^EMPTCP_ACTOR[\s\S]*/m.exec(source)?.[0] ?? "";
  return `${does}\n\n\`\`\`c part=${path}\n${body}\`\`\`\n\n\`\`\`text\n${summary}\n\`\`\``;
}

const heading = (name: string): string => `### ${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const sentence = (hint: string): string => `What helps: ${hint}.`;

/** The usual causes with an example and the cure of each. */
export function verifierCauses(): string {
  const modules = badModules();
  return VERIFIER_HINTS.flatMap(({ name, hint }) => {
    const examples = modules.filter(({ cause }) => cause === name).map(example);
    return examples.length === 0 ? [] : [heading(name), ...examples, sentence(hint)];
  }).join("\n\n");
}
