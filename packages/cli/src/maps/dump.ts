import { once } from "node:events";
import type { ModuleHandle } from "@emptcp/core";
import { formatValue, jsonValue } from "../format/value.js";
import { jsonText } from "../json.js";
import { styleFor } from "../terminal.js";

export interface DumpOptions {
  readonly json: boolean;
  /** Entries at most. */
  readonly count: number;
  readonly sum: boolean;
}

const CHUNK = 1 << 16;

/** Prints the entries of a map as they are read, so that large ones need no memory. */
export async function dumpMap(module: ModuleHandle, name: string, options: DumpOptions): Promise<void> {
  using map = module.map(name, options.sum ? { cpus: "sum" } : {});
  const style = styleFor(process.stdout);
  let text = options.json ? `${jsonText(map.info).slice(0, -1)},"entries":[` : "";
  let left = options.count;
  let first = true;
  for await (const [key, value] of map) {
    text += options.json
      ? `${first ? "" : ","}\n${jsonText({ key: jsonValue(key), value: jsonValue(value) })}`
      : `${style.bold(formatValue(key))}  ${formatValue(value)}\n`;
    first = false;
    if (text.length >= CHUNK) {
      await write(text);
      text = "";
    }
    if (--left === 0) break;
  }
  await write(options.json ? `${text}\n]}\n` : text);
}

/** Waits while the reader of a pipe is slower. */
async function write(text: string): Promise<void> {
  if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
}
