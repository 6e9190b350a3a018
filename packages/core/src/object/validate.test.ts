import { expect, test } from "vitest";
import { BtfWriter } from "./btf-fixture.js";
import { elfFixture } from "./elf-fixture.js";
import { readElf } from "./elf.js";
import { renameSymbols } from "./rename.js";
import { checkForLinking } from "./validate.js";
import { readBtf } from "./variables.js";

function btf(): Buffer {
  const w = new BtfWriter();
  w.add("run", 12, 1, w.add("", 13, 0, w.int("int", 4, true)));
  return w.bytes();
}

const good = (): Buffer =>
  elfFixture({
    code: Buffer.from("b700000000000000" + "9500000000000000", "hex"),
    symbol: "run",
    btf: btf(),
  });

/** Byte offset of the header of section `index`. */
const header = (file: Buffer, index: number): number => Number(file.readBigUInt64LE(40)) + 64 * index;

test("a sound object passes", () => {
  expect(() => checkForLinking(readElf(good()))).not.toThrow();
});

test.each([
  ["elf version", (f: Buffer) => f.writeUInt8(9, 6), "version 9/1 is not 1"],
  ["32-bit", (f: Buffer) => f.writeUInt8(1, 4), "not 64-bit"],
  ["big-endian", (f: Buffer) => f.writeUInt8(2, 5), "not little-endian"],
  ["machine", (f: Buffer) => f.writeUInt16LE(62, 18), "machine 62 is not BPF"],
  ["section header size", (f: Buffer) => f.writeUInt16LE(40, 58), "section header size is 40"],
  ["no sections", (f: Buffer) => f.writeUInt16LE(0, 60), "0 sections"],
  ["section names", (f: Buffer) => f.writeUInt16LE(99, 62), "section names are in section 99"],
  ["section beyond the file", (f: Buffer) => f.writeBigUInt64LE(99999n, header(f, 2) + 24), "bytes at 99999"],
  ["huge size", (f: Buffer) => f.writeBigUInt64LE(1n << 40n, header(f, 2) + 32), "is too large"],
  ["compressed section", (f: Buffer) => f.writeBigUInt64LE(0x800n, header(f, 2) + 8), "flags 0x800"],
  ["unknown section type", (f: Buffer) => f.writeUInt32LE(77, header(f, 2) + 4), "type 77 is unknown"],
  ["alignment", (f: Buffer) => f.writeBigUInt64LE(3n, header(f, 2) + 48), "alignment 3"],
  ["symbol entries", (f: Buffer) => f.writeBigUInt64LE(16n, header(f, 4) + 56), "entries of 16 bytes"],
  [
    "cut code",
    (f: Buffer) => f.writeBigUInt64LE(12n, header(f, 2) + 32),
    /ends behind|not whole instructions/,
  ],
])("%s is refused", (_, damage, message) => {
  const file = good();
  damage(file);
  expect(() => checkForLinking(readElf(file))).toThrow(message);
});

test("an object without BTF is refused", () => {
  expect(() =>
    checkForLinking(readElf(elfFixture({ code: Buffer.alloc(8), symbol: "run", btf: undefined }))),
  ).toThrow("compile with -g");
});

test("a rename reaches symbol table and BTF, and leaves the input alone", () => {
  const before = good();
  const copy = Buffer.from(before);
  const after = renameSymbols(before, new Map([["run", "emptcp_selector_0"]]));
  expect(before).toEqual(copy);
  expect(
    readElf(after)
      .globals()
      .map((s) => s.name),
  ).toEqual(["emptcp_selector_0"]);
  expect(
    readBtf(after)
      ?.all("func")
      .map((f) => f.name),
  ).toEqual(["emptcp_selector_0"]);
  expect(() => checkForLinking(readElf(after))).not.toThrow();
  const back = renameSymbols(after, new Map([["emptcp_selector_0", "run"]]));
  expect(
    readElf(back)
      .globals()
      .map((s) => s.name),
  ).toEqual(["run"]);
});
