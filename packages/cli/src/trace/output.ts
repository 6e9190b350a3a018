import { once } from "node:events";
import { closeSync, openSync, writeSync } from "node:fs";
import { fail } from "@emptcp/core";
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

const STDOUT = "-";

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
  if (file === STDOUT) {
    const capture = new TraceCapture((block) => process.stdout.write(block), `emptcp ${version()}`, clock);
    return { add: (packet) => capture.add(packet), close: () => undefined };
  }
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return fail("ERR_EMPTCP_OUTPUT_FILE", { file, reason }, { cause });
    }
  };
  const fd = attempt(() => openSync(file, "w", 0o600));
  const write = (block: Buffer): void => {
    attempt(() => {
      for (let at = 0; at < block.length; ) at += writeSync(fd, block, at);
    });
  };
  const capture = new TraceCapture(write, `emptcp ${version()}`, clock);
  return { add: (packet) => capture.add(packet), close: () => closeSync(fd) };
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
