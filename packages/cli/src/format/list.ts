import type { GenerationManifest } from "@emptcp/core";
import { wrap } from "../help/wrap.js";
import { tableLines } from "../table.js";
import { styleFor, visible } from "../terminal.js";
import { formatAttach } from "./attach.js";
import { generationText, moduleTexts } from "./generation.js";

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(width - 1, 1))}…` : text;

function tabs({ number, sets, ports }: GenerationManifest, stream: NodeJS.WriteStream): string[] {
  const rows = sets.map((set) => [
    set.name,
    String(set.policies.length),
    formatAttach(set).join("; "),
    String(ports.filter((port) => port.sets.includes(set.name)).length),
    String(number),
  ]);
  return tableLines([], rows, stream);
}

/** The sets that run: for a terminal with the generation and its modules, else a line of columns for each. */
export function describeList(manifest: GenerationManifest, stream: NodeJS.WriteStream): string[] {
  if (!stream.isTTY) return tabs(manifest, stream);
  const { sets, ports } = manifest;
  const style = styleFor(stream);
  const width = Math.max(stream.columns, 40);
  if (sets.length === 0) return ["nothing runs"];
  const names = Math.max(...sets.map(({ name }) => name.length), 3);
  const rows = sets.flatMap((set) =>
    formatAttach(set).map((attach, i) =>
      i === 0
        ? [
            set.name,
            String(set.policies.length),
            String(ports.filter((port) => port.sets.includes(set.name)).length),
            cut(attach, width - names - 19),
          ]
        : ["", "", "", cut(attach, width - names - 19)],
    ),
  );
  const modules = wrap(`modules  ${moduleTexts(manifest).join("  ")}`, width).map((line) =>
    style.dim(visible(line)),
  );
  return [
    style.dim(generationText(manifest)),
    ...tableLines(["SET", "POLICIES", "PORTS", "ATTACHED TO"], rows, stream),
    ...modules,
  ];
}

/** The same as a plain value. */
export function listDocument(manifest: GenerationManifest): object {
  const { number, createdAt, core, instrument, sets, ports, modules } = manifest;
  return { generation: number, createdAt, core, instrument, sets, ports, modules };
}
