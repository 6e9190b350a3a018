const BLOCK = 512;

/** A file of an archive; the modification time is in seconds since 1970. */
interface TarFile {
  readonly name: string;
  readonly content: Buffer;
}

function header({ name, content }: TarFile, time: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, size: number): string => `${value.toString(8).padStart(size - 1, "0")}\0`;
  if (Buffer.byteLength(name) > 99) throw new RangeError(`pack ${name}: the name has more than 99 bytes`);
  block.write(name, 0);
  block.write(octal(0o600, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(content.length, 12), 124);
  block.write(octal(time, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** A tar archive (ustar) of regular files. @param time seconds since 1970, of every file */
export function tar(files: readonly TarFile[], time: number): Buffer {
  const blocks = files.flatMap((file) => {
    const padding = Buffer.alloc((BLOCK - (file.content.length % BLOCK)) % BLOCK);
    return [header(file, time), file.content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}
