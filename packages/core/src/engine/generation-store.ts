import { fail } from "../errors.js";
import { emptyManifest, type GenerationManifest } from "./manifest.js";
import type { PinDir } from "./pin-dir.js";
import { pinJson, readPinnedJson } from "./pinned-json.js";

/** Pins a generation's manifest. */
export function writeManifest(pins: PinDir, manifest: GenerationManifest): void {
  pinJson(pins.generation(manifest.number), "emptcp_manifest", manifest);
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
    manifest = readPinnedJson(path) as GenerationManifest;
  } catch (error) {
    return fail("ERR_EMPTCP_MANIFEST", { path, reason: "cannot be read" }, { cause: error });
  }
  if (manifest.schema !== 1 || manifest.number !== number) {
    fail("ERR_EMPTCP_MANIFEST", { path, reason: `has schema ${manifest.schema}` });
  }
  // what an earlier core did not know of, it did not use
  return { ...emptyManifest(manifest.core, manifest.abi), ...manifest };
}
