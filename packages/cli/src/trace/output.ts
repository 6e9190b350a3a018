import { once } from "node:events";
import { openBlocks } from "../format/blocks.js";
import { printJsonLine } from "../json.js";
import { styleFor } from "../terminal.js";
import { version } from "../version.js";
import { TraceCapture } from "./capture.js";
import type { WallClock } from "./describe.js";
import { documentOf } from "./document.js";
import type { TracedPacket } from "./packets.js";
import { treeOf } from "./tree.js";

/** Where traced packets go. */
export interface TraceOutput {
  add(packet: TracedPacket): void;
  close(): void;
}

/** Waits for who reads standard output, where he is behind; not longer than until the signal. */
export function drained(signal: AbortSignal): Promise<void> | undefined {
  if (!process.stdout.writableNeedDrain) return undefined;
  return once(process.stdout, "drain", { signal }).then(
    () => undefined,
    () => undefined,
  );
}

/** A capture file, or standard output for `-`. @throws ERR_EMPTCP_OUTPUT_FILE */
function captureTo(file: string, clock: WallClock): TraceOutput {
  const { write, close } = openBlocks(file);
  const capture = new TraceCapture(write, `emptcp ${version()}`, clock);
  return { add: (packet) => capture.add(packet), close };
}

function treeTo(stream: NodeJS.WriteStream, clock: WallClock): TraceOutput {
  const style = styleFor(stream);
  return {
    add(packet) {
      const width = stream.isTTY ? Math.max(stream.columns, 40) : Infinity;
      stream.write(`${treeOf(packet, { style, width, clock }).join("\n")}\n`);
    },
    close: () => undefined,
  };
}

/** Chooses the outputs: trees, unless documents or a capture were asked for. @param file `-` for standard output */
export function outputsFor(file: string | undefined, json: boolean, clock: WallClock): TraceOutput[] {
  const outputs: TraceOutput[] = [];
  if (file !== undefined) outputs.push(captureTo(file, clock));
  if (json)
    outputs.push({ add: (packet) => printJsonLine(documentOf(packet, clock)), close: () => undefined });
  return outputs.length > 0 ? outputs : [treeTo(process.stdout, clock)];
}
