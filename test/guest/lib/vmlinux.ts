import { decompress } from "./decompress.js";

const SECTOR = 512;
/** Fields of the setup header (Documentation/arch/x86/boot.rst). */
const SETUP = { sectors: 0x1f1, magic: 0x202, payloadOffset: 0x248, payloadLength: 0x24c } as const;

/** The uncompressed kernel in a bzImage: it starts much faster, because unpacking is slow in an emulated CPU. */
export function extractVmlinux(bzImage: Buffer): Buffer {
  if (bzImage.toString("latin1", SETUP.magic, SETUP.magic + 4) !== "HdrS")
    throw new Error("extract kernel: this is no bzImage");
  const start = ((bzImage[SETUP.sectors] || 4) + 1) * SECTOR + bzImage.readUInt32LE(SETUP.payloadOffset);
  const payload = bzImage.subarray(start, start + bzImage.readUInt32LE(SETUP.payloadLength));
  const kernel = decompress(payload);
  if (kernel.toString("latin1", 1, 4) !== "ELF") throw new Error("extract kernel: it is no ELF file");
  return kernel;
}
