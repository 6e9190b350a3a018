import { boolKind } from "./bool.js";
import { bytes } from "./bytes.js";
import { duration } from "./duration.js";
import { enumKind } from "./enum.js";
import { fraction } from "./fraction.js";
import { iface } from "./iface.js";
import { u16, u32, u64, u8 } from "./integer.js";
import { ip } from "./ip.js";
import { listKind } from "./list.js";
import { mac } from "./mac.js";
import { ports } from "./ports.js";
import { prefix } from "./prefix.js";
import { rate } from "./rate.js";
import { token } from "./token.js";
import type { Json, ParamDescriptor, ParamKind, ParamKindName } from "./types.js";

const kinds: Readonly<Record<ParamKindName, ParamKind<unknown>>> = {
  u8,
  u16,
  u32,
  u64,
  ip,
  prefix,
  mac,
  ports,
  rate,
  bytes,
  duration,
  fraction,
  token,
  iface,
  enum: enumKind,
  bool: boolKind,
  list: listKind((d) => kindOf(d)),
} as Record<ParamKindName, ParamKind<unknown>>;

/** The kind of a parameter. */
export function kindOf(descriptor: Pick<ParamDescriptor, "kind">): ParamKind<unknown> {
  return kinds[descriptor.kind];
}

/** Bytes that the C struct must have for it. */
export function paramSize(descriptor: ParamDescriptor): number {
  return kindOf(descriptor).size(descriptor);
}

/** Alignment of its C type in bytes. */
export function paramAlign(descriptor: ParamDescriptor): number {
  return kindOf(descriptor).align(descriptor);
}

/** JSON schema of one parameter, with its description and default. */
export function paramSchema(descriptor: ParamDescriptor): Record<string, Json> {
  return {
    ...kindOf(descriptor).schema(descriptor),
    description: descriptor.description,
    ...(descriptor.default === undefined ? {} : { default: descriptor.default }),
  };
}
