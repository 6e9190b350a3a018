import { type BpfObject, type ObjectProgram, VerifierError } from "../libbpf/index.js";
import { fail } from "../errors.js";
import type { PacketHook } from "./layout.js";

/**
 * Loads one program of an object and none of its others. All members of a prog array must agree on the
 * attach type (kernel/bpf/core.c, bpf_prog_map_compatible), so it is always 0.
 *
 * @throws ERR_EMPTCP_VERIFIER with the telling lines of the verifier's log; the whole log is in `log`
 */
export function loadProgram(
  object: BpfObject,
  symbol: string,
  owner: string,
  hook: PacketHook,
): ObjectProgram {
  for (const program of object.programs()) {
    program.setAutoload(program.name === symbol);
    program.setExpectedAttachType(0);
  }
  try {
    object.load();
  } catch (error) {
    if (error instanceof VerifierError) {
      fail(
        "ERR_EMPTCP_VERIFIER",
        { module: owner, hook, summary: error.summary },
        {
          cause: error,
          log: error.log,
          ...(error.hint !== undefined && { hint: `${error.hint} (docs/guide/debug-the-verifier.md)` }),
        },
      );
    }
    throw error;
  }
  return object.program(symbol);
}
