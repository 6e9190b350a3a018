/** Window that frames have before a chain changes it. */
export const FIRST_WINDOW = 0x4321;

const IPV4 = 0x0800;
const TCP = 6;
const UDP = 17;

/** Sum of 16-bit words, folded, not complemented (RFC 1071). */
function sum(bytes: Uint8Array, start = 0): number {
  let total = start;
  for (let i = 0; i < bytes.length; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function frame(protocol: number, segment: Buffer): Buffer {
  const bytes = Buffer.alloc(34 + segment.length);
  bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], 0);
  bytes.writeUInt16BE(IPV4, 12);
  bytes.writeUInt8(0x45, 14);
  bytes.writeUInt16BE(20 + segment.length, 16);
  bytes.writeUInt8(64, 22);
  bytes.writeUInt8(protocol, 23);
  bytes.set([10, 0, 0, 0], 26);
  bytes.set([192, 0, 2, 1], 30);
  bytes.writeUInt16BE(~sum(bytes.subarray(14, 34)) & 0xffff, 24);
  bytes.set(segment, 34);
  return bytes;
}

/** A TCP segment from 10.0.0.0:1024 to 192.0.2.1:443 with 64 bytes of payload and a right checksum. */
export function tcpFrame(): Buffer {
  const tcp = Buffer.alloc(20 + 64, 0x61);
  tcp.writeUInt16BE(1024, 0);
  tcp.writeUInt16BE(443, 2);
  tcp.writeUInt32BE(1000, 4);
  tcp.writeUInt32BE(2000, 8);
  tcp.writeUInt16BE(0x5010, 12);
  tcp.writeUInt16BE(FIRST_WINDOW, 14);
  tcp.writeUInt32BE(0, 16);
  const bytes = frame(TCP, tcp);
  const pseudo = sum(bytes.subarray(26, 34), TCP + tcp.length);
  bytes.writeUInt16BE(~sum(tcp, pseudo) & 0xffff, 50);
  return bytes;
}

/** The same addresses and ports as UDP, without a checksum. */
export function udpFrame(): Buffer {
  const udp = Buffer.alloc(8 + 64);
  udp.writeUInt16BE(1024, 0);
  udp.writeUInt16BE(443, 2);
  udp.writeUInt16BE(udp.length, 4);
  return frame(UDP, udp);
}

/** A frame whose addresses no rule of the bench has. */
export function otherFrame(): Buffer {
  const bytes = tcpFrame();
  bytes.set([198, 51, 100, 1], 26);
  return bytes;
}
