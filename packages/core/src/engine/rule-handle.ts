import { fail } from "../errors.js";

/** Where one entry of a rule lies. */
export interface RuleEntryRef {
  /** Table id. */
  readonly table: number;
  readonly key: Buffer;
}

/** Names an added rule; its text can be kept and used by another process. */
export class RuleHandle {
  constructor(
    /** The rule's id, the same for all its entries. */
    readonly id: number,
    readonly entries: readonly RuleEntryRef[],
  ) {}

  toString(): string {
    const entries = this.entries.map((e) => `${e.table}.${e.key.toString("hex")}`);
    return `${this.id}:${entries.join(",")}`;
  }

  /** @throws ERR_EMPTCP_UNKNOWN_RULE for text that no handle has */
  static parse(text: string): RuleHandle {
    const match = /^(\d+):((?:\d+\.(?:[0-9a-f]{8})+)(?:,\d+\.(?:[0-9a-f]{8})+)*)$/.exec(text);
    if (!match) return fail("ERR_EMPTCP_UNKNOWN_RULE", { rule: text, policy: "" });
    const entries = (match[2] ?? "").split(",").map((part) => {
      const [table = "", key = ""] = part.split(".");
      return { table: Number(table), key: Buffer.from(key, "hex") };
    });
    return new RuleHandle(Number(match[1]), entries);
  }
}
