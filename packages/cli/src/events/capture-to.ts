import type { Engine } from "@emptcp/core";
import { bootTimeNs } from "@emptcp/core/libbpf";
import { openBlocks } from "../format/blocks.js";
import { wallClock } from "../trace/describe.js";
import { version } from "../version.js";
import { CopyCapture } from "./capture.js";
import type { EventSink } from "./follow.js";

/** Writes packets that the actor `copy` tells to a capture. @param file `-` for standard output */
export function captureTo(engine: Engine, file: string): EventSink {
  const { write, close } = openBlocks(file);
  const nameOf = (ifindex: number): string => {
    const port = engine.current().ports.find((p) => p.ifindex === ifindex);
    if (!port) return `interface ${ifindex}`;
    return port.netns === undefined ? port.name : `${port.netns}/${port.name}`;
  };
  const capture = new CopyCapture(write, `emptcp ${version()}`, wallClock(bootTimeNs()), nameOf);
  return {
    add: (event) => capture.add(event),
    end: () => {
      capture.end();
      close();
    },
  };
}
