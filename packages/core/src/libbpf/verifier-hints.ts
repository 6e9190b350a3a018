/** A usual cause of the verifier's complaints. */
export interface VerifierHint {
  /** Name of the cause. */
  readonly name: string;
  /** Matches the telling lines of logs, of older kernels too. */
  readonly pattern: RegExp;
  /** What to do. */
  readonly hint: string;
}

/** The usual causes; the first that matches counts. docs/guide/debug-the-verifier.md shows each with its cure. */
export const VERIFIER_HINTS: readonly VerifierHint[] = [
  {
    name: "lost reference",
    pattern: /Unreleased reference|would lead to reference leak/,
    hint: "submit or discard what was reserved on every way out, `return` included",
  },
  {
    name: "packet bounds",
    pattern: /invalid access to packet/,
    hint: "read the packet through `emptcp_at(ctx, off, len)` or `emptcp_ip4`, `emptcp_tcp`, …, and return when they give NULL",
  },
  {
    name: "offset without bounds",
    pattern: /math between \w+ pointer and register|unbounded (min|max) value/,
    hint: "bound the number before it meets a pointer: `if (off > MAX) return EMPTCP_NEXT;`, or let `emptcp_at(ctx, off, len)` do it",
  },
  {
    name: "map value may be NULL",
    pattern: /(invalid mem access|pointer arithmetic on) '?\w+_or_null/,
    hint: "look whether the helper found something: `if (!value) return EMPTCP_NEXT;`",
  },
  {
    name: "no pointer",
    pattern: /invalid mem access '(scalar|inv)'/,
    hint: "the pointer is NULL on this way: check what the accessor returned; or a helper that may move the packet made it void (`emptcp_store`, `emptcp_csum_partial`, `emptcp_tcpopts_commit`): ask the accessor for it again",
  },
  {
    name: "outside of a map value",
    pattern: /invalid access to map value|is outside of the allowed memory range/,
    hint: "bound the index right before it is used: `if (i >= 16) return EMPTCP_NEXT;`; a size that is a power of two allows `i & 15`",
  },
  {
    name: "length may be 0",
    pattern: /invalid zero-sized read/,
    hint: "helpers that copy want at least one byte: `if (!length) return EMPTCP_NEXT;` right before the call",
  },
  {
    name: "more than the stack has room for",
    pattern:
      /(invalid (indirect |unbounded |variable-offset )*(read|write|access) (to|from|of) stack|invalid stack type)/,
    hint: "bound the length by the size of the array right before the call: `if (length > sizeof(bytes)) length = sizeof(bytes);`",
  },
  {
    name: "stack too deep",
    pattern: /combined stack size|stack limit/,
    hint: "all functions on the way share 512 bytes of stack: put large arrays into a per-CPU array map, or use one after the other",
  },
  {
    name: "too many paths",
    pattern: /sequence of \d+ jumps is too complex|BPF program is too large|too many instructions/,
    hint: "the verifier walks every turn of a loop: use `bpf_loop` with a callback, as `emptcp_tcpopts_walk` does, or a constant bound that is small",
  },
  {
    name: "endless loop",
    pattern: /infinite loop detected|back-edge/,
    hint: "nothing in the loop changes what it waits for: give it a counter with a bound",
  },
  {
    name: "helper not here",
    pattern:
      /(unknown func|cannot use helper|helper call is not allowed|calling kernel function .* is not allowed)/,
    hint: "this hook or kernel does not have the helper: use the `emptcp_` function that serves all hooks, leave the hook out of `hooks`, or name the `kernel` that has it",
  },
  {
    name: "context moved",
    pattern: /(modified|variable) ctx (ptr|access)/,
    hint: "read fields of the context by name, `ctx->len`, not with an offset that is computed",
  },
  {
    name: "field of the context",
    pattern: /invalid bpf_context access/,
    hint: "this hook does not let programs read or write that field of the context: use the `emptcp_` accessors, which serve all hooks",
  },
  {
    name: "not set",
    pattern: /!read_ok/,
    hint: "a variable or the result is used on a way where nothing was put into it",
  },
];

/** The usual cause that the lines speak of. */
export function verifierHint(telling: readonly string[]): VerifierHint | undefined {
  const text = telling.join(": ");
  return VERIFIER_HINTS.find(({ pattern }) => pattern.test(text));
}
