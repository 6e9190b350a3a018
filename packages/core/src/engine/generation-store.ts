import { deflateRawSync, inflateRawSync } from "node:zlib";
import { BpfMap } from "../libbpf/index.js";
import { fail } from "../errors.js";
import type { GenerationManifest } from "./manifest.js";
import { unpin, type PinDir } from "./pin-dir.js";

const HEADER = 8;

/**
 * Writes a generation's manifest into a frozen array map of one value and pins it: u32 length, u32 zero,
 * then JSON compressed with raw DEFLATE.
 */
export function writeManifest(pins: PinDir, manifest: GenerationManifest): void {
  const data = deflateRawSync(Buffer.from(JSON.stringify(manifest)), { level: 1 });
  const value = Buffer.alloc(Math.ceil((HEADER + data.length) / 8) * 8);
  value.writeUInt32LE(data.length, 0);
  data.copy(value, HEADER);
  using map = BpfMap.create({
    type: "array",
    name: "emptcp_manifest",
    keySize: 4,
    valueSize: value.length,
    maxEntries: 1,
    flags: 0,
  });
  map.update(Buffer.alloc(4), value);
  map.freeze();
  const path = pins.generation(manifest.number);
  unpin(path);
  map.pin(path);
}

/**
 * Reads the manifest of a generation.
 *
 * @throws ERR_EMPTCP_MANIFEST when it is missing, damaged, or of a schema this version does not know
 */
export function readManifest(pins: PinDir, number: number): GenerationManifest {
  const path = pins.generation(number);
  let manifest: GenerationManifest;
  try {
    using map = BpfMap.fromPin(path);
    const value = map.lookup(Buffer.alloc(4)) ?? Buffer.alloc(HEADER);
    const length = value.readUInt32LE(0);
    manifest = JSON.parse(
      inflateRawSync(value.subarray(HEADER, HEADER + length)).toString(),
    ) as GenerationManifest;
  } catch (error) {
    return fail("ERR_EMPTCP_MANIFEST", { path, reason: "cannot be read" }, { cause: error });
  }
  if (manifest.schema !== 1 || manifest.number !== number) {
    fail("ERR_EMPTCP_MANIFEST", { path, reason: `has schema ${manifest.schema}` });
  }
  return manifest;
}
