import { EmptcpError, ProblemsError } from "../errors.js";
import type { Manifest } from "../module/types.js";
import { parseParams } from "./check.js";
import { kindOf } from "./kinds.js";
import type { EncodeEnv, Json } from "./types.js";

type Layout = Pick<Manifest, "module" | "params" | "paramsSize">;

/**
 * The bytes of one step's parameters, laid out as the module's struct says.
 *
 * @param params what the user wrote; defaults are filled in
 * @param env finds interface indices
 * @returns `paramsSize` bytes
 * @throws the parameter's error, or ERR_EMPTCP_POLICY with all of them when there are several
 */
export function encodeParams(
  manifest: Layout,
  params: Readonly<Record<string, unknown>>,
  env: EncodeEnv = {},
): Buffer {
  const { values, problems } = parseParams(manifest, params);
  const [first] = problems;
  if (problems.length > 1) throw new ProblemsError(problems);
  if (first) {
    throw new EmptcpError(first.code, first.message, first.hint, {
      module: manifest.module,
      param: first.path,
    });
  }
  const out = Buffer.alloc(manifest.paramsSize);
  for (const param of manifest.params) {
    kindOf(param).encode(values.get(param.name), param, out, param.offset, env);
  }
  return out;
}

/** Reads a step's parameters back, as people would write them. */
export function decodeParams(manifest: Layout, bytes: Uint8Array): Record<string, Json> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Object.fromEntries(
    manifest.params.map((param) => [param.name, kindOf(param).decode(view, param.offset, param)]),
  );
}
