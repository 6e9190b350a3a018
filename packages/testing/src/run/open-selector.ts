import type { Hook, Selector, SelectorDefinition } from "@emptcp/core";
import { BpfObject } from "@emptcp/core/libbpf";
import { manifestOf, objectOf } from "../contract/manifest.js";
import { bytesOf, type PacketLike } from "../matchers/packet.js";

const MISS = 0;

/** A selector's own program, for what it makes of packets before anything is compared. */
export interface OpenSelector {
  /** The key that a packet leaves, as long as the key struct; undefined when the selector misses it. */
  key(packet: PacketLike): Buffer | undefined;
  close(): void;
}

/**
 * Loads a selector's own program into the kernel; the caller closes it. The module must be built; needs root.
 *
 * @throws VerifierError and SystemError as libbpf does
 */
export function openSelector<D extends SelectorDefinition>(selector: Selector<D>, hook: Hook): OpenSelector {
  const { root } = selector.definition;
  const manifest = manifestOf(root);
  const { symbol } = manifest;
  const object = BpfObject.open(objectOf(root, manifest, hook), { name: symbol });
  try {
    if (hook === "xdp") object.program(symbol).setExpectedAttachType(0);
    object.load();
  } catch (error) {
    object.close();
    throw error;
  }
  const size = Math.max(manifest.key?.v4 ?? 0, manifest.key?.v6 ?? 0);
  return {
    key: (packet) => {
      using program = object.program(symbol).program();
      using keys = object.map("emptcp_key").map();
      const zero = Buffer.alloc(4);
      keys.update(zero, Buffer.alloc(keys.valueSize));
      if (program.testRun({ data: bytesOf(packet) }).retval === MISS) return undefined;
      return keys.lookup(zero)?.subarray(0, size);
    },
    close: () => object.close(),
  };
}
