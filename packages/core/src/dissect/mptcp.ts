import { formatAddress } from "../params/address.js";
import { hex } from "./bytes.js";
import type { Reader } from "./reader.js";

const NAMES = [
  "mpCapable",
  "mpJoin",
  "dss",
  "addAddr",
  "removeAddr",
  "mpPrio",
  "mpFail",
  "mpFastclose",
  "mpTcprst",
] as const;

/** The name of the MPTCP option at the reader (RFC 8684, section 3), by its subtype. */
export function mptcpName(reader: Reader, length: number): string {
  const subtype = reader.peek(reader.at + 2, 1) >> 4;
  return length < 3 ? "mptcp" : (NAMES[subtype] ?? `mptcp${subtype}`);
}

type Read = (reader: Reader, path: string, low: number, left: number) => void;

const bit = (reader: Reader, path: string, set: boolean): void => reader.add(path, set, reader.at - 1, 1);

const capable: Read = (reader, path, low, left) => {
  reader.add(`${path}.version`, low, reader.at - 1, 1);
  reader.number(`${path}.flags`, 1);
  if (left >= 9) reader.big(`${path}.senderKey`);
  if (left >= 17) reader.big(`${path}.receiverKey`);
  if (left >= 19) reader.number(`${path}.dataLength`, 2);
  if (left >= 21) reader.number(`${path}.checksum`, 2);
};

const join: Read = (reader, path, low, left) => {
  if (left === 21) reader.number(`${path}.reserved`, 1);
  else {
    bit(reader, `${path}.backup`, (low & 1) !== 0);
    reader.number(`${path}.addressId`, 1);
  }
  if (left === 9) reader.number(`${path}.token`, 4);
  if (left === 13) reader.text(`${path}.hmac`, 8, hex);
  if (left === 9 || left === 13) reader.number(`${path}.nonce`, 4);
  if (left === 21) reader.text(`${path}.hmac`, 20, hex);
};

const dss: Read = (reader, path, _low, left) => {
  const flags = reader.number(`${path}.flags`, 1);
  const ackSize = flags & 1 ? (flags & 2 ? 8 : 4) : 0;
  const dsnSize = flags & 4 ? (flags & 8 ? 8 : 4) : 0;
  const needed = 1 + ackSize + (dsnSize > 0 ? dsnSize + 6 : 0);
  if (left !== needed && !(dsnSize > 0 && left === needed + 2)) return;
  if (ackSize === 8) reader.big(`${path}.ack`);
  if (ackSize === 4) reader.number(`${path}.ack`, 4);
  if (dsnSize === 8) reader.big(`${path}.dsn`);
  if (dsnSize === 4) reader.number(`${path}.dsn`, 4);
  if (dsnSize === 0) return;
  reader.number(`${path}.subflowSeq`, 4);
  reader.number(`${path}.dataLength`, 2);
  if (left > needed) reader.number(`${path}.checksum`, 2);
};

const addAddr: Read = (reader, path, low, left) => {
  // RFC 6824 puts the IP version into the low nibble, RFC 8684 the echo flag; their values do not overlap.
  const old = low === 4 || low === 6;
  if (old) reader.add(`${path}.ipVersion`, low, reader.at - 1, 1);
  else bit(reader, `${path}.echo`, (low & 1) !== 0);
  reader.number(`${path}.addressId`, 1);
  const hmac = !old && (low & 1) === 0 ? 8 : 0;
  const address = left - 1 - hmac >= 16 ? 16 : 4;
  if (left - 1 - hmac < address) return;
  reader.text(`${path}.address`, address, formatAddress);
  if (left - 1 - hmac - address === 2) reader.number(`${path}.port`, 2);
  if (hmac > 0) reader.text(`${path}.hmac`, 8, hex);
};

const removeAddr: Read = (reader, path, _low, left) => {
  reader.text(`${path}.addressIds`, left, (bytes) => Array.from(bytes).join(","));
};

const prio: Read = (reader, path, low, left) => {
  bit(reader, `${path}.backup`, (low & 1) !== 0);
  if (left === 1) reader.number(`${path}.addressId`, 1);
};

const keyed =
  (name: string): Read =>
  (reader, path, _low, left) => {
    reader.at += 1;
    if (left === 9) reader.big(`${path}.${name}`);
  };

const tcprst: Read = (reader, path, low) => {
  reader.add(`${path}.flags`, low, reader.at - 1, 1);
  reader.number(`${path}.reason`, 1);
};

const READERS: readonly Read[] = [
  capable,
  join,
  dss,
  addAddr,
  removeAddr,
  prio,
  keyed("dsn"),
  keyed("receiverKey"),
  tcprst,
];

/** Reads one MPTCP option; what its length does not explain stays visible as `<path>.rest`. */
export function readMptcp(reader: Reader, path: string, length: number): void {
  const end = reader.at + length;
  reader.add(`${path}.length`, length, reader.at + 1, 1);
  reader.at += 3;
  const head = reader.peek(reader.at - 1, 1);
  if (length > 3 || head >> 4 === 5) READERS[head >> 4]?.(reader, path, head & 15, length - 3);
  if (reader.at < end) reader.text(`${path}.rest`, end - reader.at, hex);
}
