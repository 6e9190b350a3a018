/** The closed set of parameter kinds. */
export const PARAM_KINDS = [
  "u8",
  "u16",
  "u32",
  "u64",
  "ip",
  "prefix",
  "mac",
  "ports",
  "rate",
  "bytes",
  "duration",
  "fraction",
  "token",
  "iface",
  "enum",
  "bool",
  "list",
] as const;
export type ParamKindName = (typeof PARAM_KINDS)[number];

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A parameter's description: plain data, the same in TypeScript and in the manifest. */
export interface ParamDescriptor {
  readonly kind: ParamKindName;
  readonly description: string;
  /** Makes the parameter optional; written as the user would write it. */
  readonly default?: Json;
  /** Bounds, both included: numbers, or decimal text above 2^53; for rate, bytes and duration also `"1Mbit"`. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** For people: what the number counts. */
  readonly unit?: string;
  /** False: changing it makes a new row instead of writing into the running one. */
  readonly mutable?: boolean;
  /** ip and prefix: only this family, in 4 or 16 bytes instead of 16. */
  readonly family?: 4 | 6;
  /** enum: names and their numbers. */
  readonly values?: Readonly<Record<string, number>>;
  /** enum in a selector's key: the key is a set of bits, and packets match that have this one. */
  readonly bits?: boolean;
  /** list: the kind of its elements. */
  readonly of?: ParamDescriptor;
  /** list and ports: most elements (ranges) it can hold. */
  readonly length?: number;
}

/** What encoding needs from the machine. */
export interface EncodeEnv {
  /** Index of an interface by the name the user wrote; undefined when there is none. */
  ifindex?(name: string): number | undefined;
}

/** Why a value is refused: `expected …, got …` is made of it. */
export class ParamRefusal {
  /** @param expected what would be accepted, e.g. `an integer in 1..65535` */
  constructor(
    readonly expected: string,
    readonly hint?: string,
  ) {}
}

/** One kind: how people write it, what it means, and its bytes. `V` is the parsed value. */
export interface ParamKind<V> {
  /** Reads what a person wrote; returns a refusal instead of throwing. */
  parse(input: unknown, descriptor: ParamDescriptor): V | ParamRefusal;
  /** Bytes of the encoding. */
  size(descriptor: ParamDescriptor): number;
  /** Alignment of the C type in bytes. */
  align(descriptor: ParamDescriptor): number;
  /** Writes the value; `size(descriptor)` bytes at `offset`. */
  encode(value: V, descriptor: ParamDescriptor, out: Buffer, offset: number, env: EncodeEnv): void;
  /** Reads bytes back into what a person would write. */
  decode(bytes: Buffer, offset: number, descriptor: ParamDescriptor): Json;
  /** JSON schema of what a person may write. */
  schema(descriptor: ParamDescriptor): Record<string, Json>;
  /** What is accepted, in words. */
  expected(descriptor: ParamDescriptor): string;
}
