import { discoverModules } from "../../packages/core/src/module/discover.js";
import type { Manifest } from "../../packages/core/src/module/types.js";
import { emptcpNotes } from "./emptcp-notes.js";
import { root } from "./packages.js";

/** Parameters as a policy file names them. */
function paramsOf({ params, key }: Manifest): string {
  const ends = {
    address: ["`src`, `dst` or `local`, `remote`"],
    port: ["`src`, `dst` or `local`, `remote`"],
    endpoint: ["`src`, `dst` or `local`, `remote`, each `address:port`"],
  };
  const own = params.map(({ name }) => `\`${name}\``);
  return [...(key?.ends ? ends[key.ends] : []), ...own].join(", ") || "none";
}

function rowsOf(manifest: Manifest): string[][] {
  const names = [...(manifest.aliases ?? []), manifest.module].filter((name) =>
    Object.hasOwn(emptcpNotes, name),
  );
  return names.map((name) => {
    const { params, differs } = emptcpNotes[name] ?? { params: "", differs: "" };
    return [`\`${name}\``, `${manifest.kind} \`${manifest.module}\``, params, paramsOf(manifest), differs];
  });
}

/** The modules that took the place of the original's: those whose names or aliases have a note. */
export function emptcpTable(): string {
  const catalog = discoverModules({ from: [root] });
  const head = ["there", "here", "parameters there", "parameters here", "what differs"];
  const rows = [head, ...catalog.list().flatMap(({ manifest }) => rowsOf(manifest))];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
  return [lines[0], `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...lines.slice(1)].join(
    "\n",
  );
}
