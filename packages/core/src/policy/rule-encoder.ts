import type { Hook, KeyField, Manifest } from "../module/types.js";
import { EndpointReader } from "./endpoint-reader.js";
import { localEnd } from "./parse-match.js";
import { keySize } from "./pieces.js";
import { maskedWords } from "./shape.js";
import type { Family } from "./types.js";

/** The table that fully given pairs of one family go to. */
export interface TableLayout {
  readonly family: Family;
  /** Bytes that `encode` writes. */
  readonly keySize: number;
  /** The shape: masks as hexadecimal text. */
  readonly masks: readonly { readonly selector: string; readonly mask: string }[];
}

/** Turns rules of one selector into table keys, a million in a second. */
export interface RuleEncoder {
  /** Tables by family; 0 for selectors of ports, whose key is the same in both. */
  readonly tables: Readonly<Partial<Record<Family, TableLayout>>>;
  /** Room that a key of any family needs. */
  readonly maxKeySize: number;
  /**
   * Writes the key of one rule: both ends given, each exactly one address (and port).
   *
   * @param params what the user wrote, `{ local: "10.0.0.1:1", remote: … }`; addresses may be bytes, too
   * @param out receives the bytes at `offset`, at most `maxKeySize`
   * @returns the family whose table the key is for; -1 when the rule says more or is wrong: `expandCondition`
   * knows what to do with it then. What was written is void in that case.
   */
  encode(params: Readonly<Record<string, unknown>>, out: Uint8Array, offset: number): Family | -1;
}

/** Offsets in a table's key, which holds only the words that its masks use. */
interface Offsets {
  readonly address: readonly [number, number];
  readonly port: readonly [number, number];
}

function layoutOf(manifest: Manifest, family: Family): { table: TableLayout; offsets: Offsets } | undefined {
  const { key } = manifest;
  if (!key) return undefined;
  const place = (f: KeyField): readonly [number, number] | null => (family === 6 ? f.v6 : f.v4);
  const mask = new Uint8Array(keySize(key, family));
  for (const field of key.fields) {
    const at = place(field);
    const size = field.kind === "ports" ? 2 : family === 6 ? 16 : 4;
    if (at?.[1] !== size) return undefined;
    mask.fill(0xff, at[0], at[0] + size);
  }
  const words = maskedWords(mask);
  const offsetOf = (kind: string, end: string): number => {
    const at = key.fields.filter((f) => f.kind === kind && f.end === end).map(place)[0];
    return at ? words.indexOf(at[0] >> 2) * 4 + (at[0] & 3) : -1;
  };
  // A field that starts within a word continues in the next one, which is used too: its bytes stay together.
  return {
    table: {
      family,
      keySize: words.length * 4,
      masks: [{ selector: manifest.module, mask: Buffer.from(mask).toString("hex") }],
    },
    offsets: {
      address: [offsetOf("prefix", "src"), offsetOf("prefix", "dst")],
      port: [offsetOf("ports", "src"), offsetOf("ports", "dst")],
    },
  };
}

/** The two values of a rule in the order source, destination; undefined unless both are given and nothing else is. */
function pairOf(
  params: Readonly<Record<string, unknown>>,
  localIsSource: boolean,
): [unknown, unknown] | undefined {
  let names = 0;
  for (const name in params) if (name !== "") names++;
  if (names !== 2) return undefined;
  const { local, remote } = params;
  if (local !== undefined && remote !== undefined) return localIsSource ? [local, remote] : [remote, local];
  const { src, dst } = params;
  return src !== undefined && dst !== undefined ? [src, dst] : undefined;
}

/**
 * Prepares the fast way from rules to table keys.
 *
 * @param manifest of a selector with ends and no parameters of its own
 * @param hook decides which end is local
 * @returns undefined when the selector's rules all need `expandCondition`
 */
export function compileRuleEncoder(manifest: Manifest, hook: Hook): RuleEncoder | undefined {
  const ends = manifest.key?.ends ?? null;
  if (ends === null || manifest.key?.fields.some((f) => f.end === null) !== false) return undefined;
  const families: readonly Family[] = ends === "port" ? [0] : [4, 6];
  const layouts = families.map((f) => layoutOf(manifest, f));
  const [first, second] = layouts;
  if (!first || (ends !== "port" && !second)) return undefined;
  const six = second ?? first;
  const localIsSource = localEnd(hook) === "src";
  const reader = new EndpointReader(ends);
  const maxKeySize = Math.max(first.table.keySize, six.table.keySize);
  return {
    tables: Object.fromEntries(layouts.flatMap((l) => (l ? [[l.table.family, l.table]] : []))),
    maxKeySize,
    encode(params, out, offset) {
      const pair = pairOf(params, localIsSource);
      if (!pair || !reader.read(pair[0])) return -1;
      const { family } = reader;
      const { offsets, table } = family === 6 ? six : first;
      out.fill(0, offset, offset + table.keySize);
      reader.write(out, offset + offsets.address[0], offset + offsets.port[0]);
      if (!reader.read(pair[1]) || reader.family !== family) return -1;
      reader.write(out, offset + offsets.address[1], offset + offsets.port[1]);
      return family;
    },
  };
}
