import type { Json, ParamDescriptor } from "./types.js";

declare const written: unique symbol;
declare const optional: unique symbol;

/** A descriptor that knows what people may write for it (`In`) and whether it may be left out. */
export interface Param<In, Optional extends boolean> extends ParamDescriptor {
  readonly [written]?: In;
  readonly [optional]?: Optional;
}

/** Any parameter. */
export type AnyParam = Param<never, boolean> | Param<unknown, boolean> | ParamDescriptor;

interface Options<In> {
  readonly description: string;
  /** Makes the parameter optional. */
  readonly default?: In;
  /** False: changing it makes a new row instead of writing into the running one. */
  readonly mutable?: boolean;
}

interface NumberOptions<In, Bound = number> extends Options<In> {
  readonly min?: Bound;
  readonly max?: Bound;
  /** What the number counts, for people. */
  readonly unit?: string;
}

type HasDefault<O> = O extends { readonly default: {} } ? true : false;
type Text<In> = In extends bigint ? string : In;

/** Keeps the descriptor plain JSON: a bigint becomes decimal text. */
function plain(kind: ParamDescriptor["kind"], options: object): ParamDescriptor {
  const entries = Object.entries(options).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === "bigint" ? value.toString() : value,
  ]);
  return { kind, ...(Object.fromEntries(entries) as { description: string }) };
}

type Integer = <const O extends NumberOptions<number>>(options: O) => Param<number, HasDefault<O>>;

const integer =
  (kind: "u8" | "u16" | "u32"): Integer =>
  (options) =>
    plain(kind, options);

/** An integer of 8 bits; bounds included. */
export const u8: Integer = integer("u8");
/** An integer of 16 bits, host byte order in C. */
export const u16: Integer = integer("u16");
/** An integer of 32 bits, host byte order in C. */
export const u32: Integer = integer("u32");

/** An integer of 64 bits; people write a number, a bigint, or decimal or 0x text. */
export function u64<const O extends NumberOptions<number | bigint | string, number | bigint | string>>(
  options: O,
): Param<number | bigint | Text<bigint>, HasDefault<O>> {
  return plain("u64", options);
}

interface FamilyOptions extends Options<string> {
  readonly family?: 4 | 6;
}

/** An IP address, `"10.0.0.1"` or `"fd00::1"`. */
export function ip<const O extends FamilyOptions>(options: O): Param<string, HasDefault<O>> {
  return plain("ip", options);
}

/** An address or prefix, `"10.0.0.0/8"`. */
export function prefix<const O extends FamilyOptions>(options: O): Param<string, HasDefault<O>> {
  return plain("prefix", options);
}

/** A MAC address, `"02:00:00:00:00:01"`. */
export function mac<const O extends Options<string>>(options: O): Param<string, HasDefault<O>> {
  return plain("mac", options);
}

/** How people write port sets. */
export type PortsInput = number | string | readonly (number | string)[];

/** A set of ports, 443 or `"80,443,8000-8100"`; `length` is the most ranges it can hold (default: 8). */
export function ports<const O extends Options<PortsInput> & { readonly length?: number }>(
  options: O,
): Param<PortsInput, HasDefault<O>> {
  return plain("ports", options);
}

/** A rate, `"20Mbit"`; bits per second in C. */
export function rate<const O extends NumberOptions<string, string>>(
  options: O,
): Param<string, HasDefault<O>> {
  return plain("rate", options);
}

/** A number of bytes, 1500 or `"100kB"`. */
export function bytes<const O extends NumberOptions<number | string, number | string>>(
  options: O,
): Param<number | string, HasDefault<O>> {
  return plain("bytes", options);
}

/** A duration, `"30s"`; nanoseconds in C. */
export function duration<const O extends NumberOptions<string | 0, string | 0>>(
  options: O,
): Param<string | 0, HasDefault<O>> {
  return plain("duration", options);
}

/** A fraction, `"1/10"`, `"2.5%"` or 0.1; two __u32 `part` and `of` in C, in a selector's key a draw (draw.bpf.h). */
export function fraction<const O extends Options<string | number>>(
  options: O,
): Param<string | number, HasDefault<O>> {
  return plain("fraction", options);
}

/** An MPTCP token in hexadecimal, `"8f1c2a3b"`; a __u32 in C, in a selector's key an array of them, of which one must be it. */
export function token<const O extends Options<string>>(options: O): Param<string, HasDefault<O>> {
  return plain("token", options);
}

/** An interface by name or index; its index in C. */
export function iface<const O extends Options<string | number>>(
  options: O,
): Param<string | number, HasDefault<O>> {
  return plain("iface", options);
}

/** True or false. */
export function bool<const O extends Options<boolean>>(options: O): Param<boolean, HasDefault<O>> {
  return plain("bool", options);
}

/**
 * One of some names.
 *
 * @param values the names in the order of their numbers from 0, or a number for each name
 * @param options.bits in a selector's key: each number is one bit, and packets match that have it
 */
export function enumOf<
  const Names extends string,
  const O extends Options<NoInfer<Names>> & { readonly bits?: boolean },
>(values: readonly Names[] | Readonly<Record<Names, number>>, options: O): Param<Names, HasDefault<O>> {
  const numbers = Array.isArray(values)
    ? Object.fromEntries((values as readonly Names[]).map((name, i) => [name, i]))
    : values;
  return { ...plain("enum", options), values: numbers as Record<string, number> };
}

/** A list of at most `length` (default: 8) values of another kind. */
export function listOf<In, const O extends Options<readonly NoInfer<In>[]> & { readonly length?: number }>(
  of: Param<In, boolean>,
  options: O,
): Param<readonly In[], HasDefault<O>> {
  return { ...plain("list", options), of };
}

/** What people may write for a parameter. */
export type InputOf<P> = P extends { readonly [written]?: infer In } ? Exclude<In, undefined> : Json;

type OptionalKeys<S> = {
  [K in keyof S]: S[K] extends { readonly [optional]?: infer O } ? (true extends O ? K : never) : never;
}[keyof S];

/** The object that people write for a set of parameters: those with a default may be left out. */
export type InputOfAll<S> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: InputOf<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: InputOf<S[K]>;
};
