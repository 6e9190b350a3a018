import { hex } from "./bytes.js";
import { mptcpName, readMptcp } from "./mptcp.js";
import type { Reader } from "./reader.js";

const NAMES: Readonly<Record<number, string>> = {
  1: "nop",
  2: "mss",
  3: "wscale",
  4: "sackPermitted",
  5: "sack",
  8: "timestamps",
};

/** Reads the option area up to `end` and leaves the reader there. */
export function readTcpOptions(reader: Reader, end: number): void {
  const start = reader.at;
  const order: string[] = [];
  const summary = reader.fields.length;
  while (reader.at < end) {
    const kind = reader.peek(reader.at, 1);
    const length = kind <= 1 ? 1 : reader.peek(reader.at + 1, 1);
    if (kind === 0) {
      order.push("eol");
      reader.text("tcp.eol", end - reader.at, hex);
      break;
    }
    if (length < 1 || (kind > 1 && length < 2) || reader.at + length > end) {
      order.push("malformed");
      reader.text("tcp.malformed", end - reader.at, hex);
      break;
    }
    const name = kind === 30 ? mptcpName(reader, length) : (NAMES[kind] ?? `option${kind}`);
    const count = order.filter((known) => known === name).length;
    order.push(name);
    readOption(reader, `tcp.${name}${count > 0 ? `#${count + 1}` : ""}`, kind, length);
  }
  reader.at = end;
  if (end > start)
    reader.fields.splice(summary, 0, {
      path: `${reader.prefix}tcp.options`,
      value: order.join(" "),
      offset: start,
      size: end - start,
    });
}

function readOption(reader: Reader, path: string, kind: number, length: number): void {
  const start = reader.at;
  const shape = `${kind}:${length}`;
  if (kind === 1) reader.add(path, true, start, 1);
  else if (kind === 30) readMptcp(reader, path, length);
  else {
    reader.at += 2;
    if (shape === "2:4") reader.number(path, 2);
    else if (shape === "3:3") reader.number(path, 1);
    else if (shape === "4:2") reader.add(path, true, start, 2);
    else if (shape === "8:10") {
      reader.number(`${path}.value`, 4);
      reader.number(`${path}.echo`, 4);
    } else if (kind === 5 && length % 8 === 2) {
      for (let block = 1; reader.at < start + length; block++) {
        reader.number(`${path}.left${block}`, 4);
        reader.number(`${path}.right${block}`, 4);
      }
    } else reader.text(`${path}.data`, length - 2, hex);
  }
  reader.at = start + length;
}
