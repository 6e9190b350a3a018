import type { Ends } from "./types.js";

/** One address or prefix. */
export type AddressInput = string;
/** A port set. */
export type PortInput = number | string;
/** `"10.0.0.1:443"`, `"[fd00::1]:443"`, `"10.0.0.1:*"`, or its parts; an absent part is any. */
export type EndpointInput =
  | string
  | {
      readonly address: AddressInput | readonly AddressInput[];
      readonly port?: PortInput | readonly PortInput[];
    }
  | {
      readonly address?: AddressInput | readonly AddressInput[];
      readonly port: PortInput | readonly PortInput[];
    };

interface OneEnd {
  address: AddressInput;
  port: PortInput;
  endpoint: EndpointInput;
}

/** One end: a value, or several of which one must fit. */
export type EndInput<E extends Ends> = OneEnd[E] | readonly OneEnd[E][];

type Two<A extends string, B extends string, V> =
  | ({ readonly [K in A]: V } & { readonly [K in B]?: V })
  | ({ readonly [K in A]?: V } & { readonly [K in B]: V });
type Never<K extends string> = { readonly [P in K]?: never };

/**
 * Both ends of a pair; one of two may be left out and is any then. `local` is this host: the destination of
 * packets that come in, the source of those that go out. `between` means both directions.
 */
export type EndsInput<E extends Ends> =
  | (Two<"src", "dst", EndInput<E>> & Never<"local" | "remote" | "between">)
  | (Two<"local", "remote", EndInput<E>> & Never<"src" | "dst" | "between">)
  | ({ readonly between: readonly [EndInput<E>, EndInput<E>] } & Never<"src" | "dst" | "local" | "remote">);

/** Names that a selector with ends keeps for them. */
export const END_NAMES = ["src", "dst", "local", "remote", "between"] as const;
