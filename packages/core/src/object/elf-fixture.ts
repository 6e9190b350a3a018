interface FixtureSection {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
  readonly flags?: number;
  readonly link?: number;
  readonly entrySize?: number;
}

/** A BPF object made by hand, for tests: sections 1 .strtab, 2 .text, 3 .BTF (or a note), 4 .symtab; one global function. */
export function elfFixture(parts: { code: Buffer; symbol: string; btf: Buffer | undefined }): Buffer {
  const names = ["", ".strtab", ".text", parts.btf ? ".BTF" : ".note", ".symtab", parts.symbol];
  const offsets = names.map((_, i) => (i === 0 ? 0 : names.slice(0, i).join("\0").length + 1));
  const strings = Buffer.from(`${names.join("\0")}\0`, "latin1");
  const symbols = Buffer.alloc(48);
  symbols.writeUInt32LE(offsets[5] ?? 0, 24);
  symbols.writeUInt8((1 << 4) | 2, 28);
  symbols.writeUInt16LE(2, 30);
  symbols.writeBigUInt64LE(BigInt(parts.code.length), 40);
  const sections: FixtureSection[] = [
    { name: ".strtab", type: 3, data: strings },
    { name: ".text", type: 1, data: parts.code, flags: 6 },
    { name: ".BTF", type: 1, data: parts.btf ?? Buffer.alloc(4) },
    { name: ".symtab", type: 2, data: symbols, link: 1, entrySize: 24 },
  ];
  const head = Buffer.alloc(64);
  head.write("7f454c46020101", 0, "hex");
  head.writeUInt16LE(1, 16);
  head.writeUInt16LE(247, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt16LE(64, 52);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(sections.length + 1, 60);
  head.writeUInt16LE(1, 62);
  const bodies: Buffer[] = [head];
  const headers: Buffer[] = [Buffer.alloc(64)];
  let end = 64;
  sections.forEach((section, i) => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(offsets[i + 1] ?? 0, 0);
    entry.writeUInt32LE(section.type, 4);
    entry.writeBigUInt64LE(BigInt(section.flags ?? 0), 8);
    entry.writeBigUInt64LE(BigInt(end), 24);
    entry.writeBigUInt64LE(BigInt(section.data.length), 32);
    entry.writeUInt32LE(section.link ?? 0, 40);
    entry.writeBigUInt64LE(8n, 48);
    entry.writeBigUInt64LE(BigInt(section.entrySize ?? 0), 56);
    headers.push(entry);
    const padding = (8 - (section.data.length % 8)) % 8;
    bodies.push(section.data, Buffer.alloc(padding));
    end += section.data.length + padding;
  });
  head.writeBigUInt64LE(BigInt(end), 40);
  return Buffer.concat([...bodies, ...headers]);
}
