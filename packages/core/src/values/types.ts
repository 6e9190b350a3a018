/**
 * What the bytes of a key, a value or an event mean: C types from BTF as plain data. It is kept in manifests, so
 * that what a module wrote can be read when its package is gone.
 */
export type ValueType =
  | IntegerType
  | { readonly kind: "bool"; readonly size: number }
  | {
      readonly kind: "enum";
      readonly size: number;
      readonly signed: boolean;
      /** Names with their numbers in decimal. */
      readonly names: readonly (readonly [name: string, value: string])[];
    }
  /** `char[]`: up to the first zero, UTF-8. */
  | { readonly kind: "text"; readonly size: number }
  /** 4 bytes, or 16 with IPv4 as ::ffff:a.b.c.d. */
  | { readonly kind: "ip"; readonly size: number }
  | { readonly kind: "mac"; readonly size: number }
  /** Bytes without a meaning of their own: `__u8[]`, unions, pointers, maps without types. `c` is the C type. */
  | { readonly kind: "raw"; readonly size: number; readonly c: string }
  | {
      readonly kind: "array";
      readonly size: number;
      readonly length: number;
      readonly of: ValueType;
    }
  | {
      readonly kind: "struct";
      readonly size: number;
      readonly name: string;
      readonly fields: readonly ValueField[];
    };

/** A number of 1 to 8 bytes; a bit field has `bits` from bit `shift` of its first byte on. */
export interface IntegerType {
  readonly kind: "uint" | "int";
  readonly size: number;
  /** "network": most significant byte first; "host": the machine's order, which is little-endian. */
  readonly order: "host" | "network";
  readonly bits?: number;
  readonly shift?: number;
}

/** Member of a struct. */
export interface ValueField {
  readonly name: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly type: ValueType;
}

/**
 * A value as JavaScript sees it. Numbers of up to 6 bytes are numbers, wider ones bigints, enumerators text (the
 * number where no name fits), addresses text, `raw` a buffer, structs objects.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [member: string]: Value };
