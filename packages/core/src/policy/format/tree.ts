import type { Node, Pair, YAMLMap, YAMLSeq } from "yaml";

export type Yaml = typeof import("yaml");

/** Order of the keys of each kind of mapping; others follow in the order in which they stand. */
const SET = ["include", "vars", "name", "attach", "modules", "policies"];
const ATTACH = ["xdp", "tc-ingress", "tc-egress"];
const XDP = ["interfaces", "mode"];
const POLICY = ["name", "when", "chain", "priority", "continue", "onError", "capacity"];
const ENDS = ["src", "dst", "local", "remote", "between"];

/** What a flow collection may take of a line. */
const FLOW_WIDTH = 64;
/** Plain text that every reader of YAML takes for text. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./*-]*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Brings the nodes of one document into canonical form; comments, anchors and data stay. */
export class Canonical {
  /** False: what aliases refer to must not move behind them. */
  readonly #mayMove: boolean;

  constructor(
    readonly yaml: Yaml,
    root: unknown,
  ) {
    let aliases = 0;
    if (yaml.isNode(root)) yaml.visit(root, { Alias: () => void aliases++ });
    this.#mayMove = aliases === 0;
  }

  /** @returns the node to put in its place */
  document(root: unknown): unknown {
    const { yaml } = this;
    if (yaml.isSeq(root)) {
      root.flow = false;
      root.items = root.items.map((item) => this.#set(item));
      return root;
    }
    return this.#set(root);
  }

  #set(node: unknown): unknown {
    if (!this.yaml.isMap(node)) return this.#style(node);
    this.#order(node, SET);
    this.#each(node, (key, value) => {
      switch (key) {
        case "attach":
          return this.#attach(value);
        case "policies":
          return this.#list(value, (item) => this.#policy(item));
        case "vars":
        case "modules":
          return this.#block(value);
        default:
          return this.#style(value);
      }
    });
    node.flow = false;
    return node;
  }

  #attach(node: unknown): unknown {
    if (!this.yaml.isMap(node)) return this.#style(node);
    this.#order(node, ATTACH);
    this.#each(node, (key, value) => {
      if (key === "xdp" && this.yaml.isMap(value)) this.#order(value, XDP);
      return this.#style(this.#asList(value));
    });
    node.flow = false;
    return node;
  }

  /** `eth0` becomes `[eth0]`: another interface is then one word more. */
  #asList(node: unknown): unknown {
    const { yaml } = this;
    if (!yaml.isScalar(node) || node.value === null || !isBare(node)) return node;
    const list = new yaml.YAMLSeq();
    list.items = [node];
    return list;
  }

  #policy(node: unknown): unknown {
    if (!this.yaml.isMap(node)) return this.#style(node);
    this.#order(node, POLICY);
    this.#each(node, (key, value) => {
      if (key === "when") return this.#condition(value);
      if (key === "chain") return this.#list(value, (item) => this.#use(item));
      return this.#style(value);
    });
    node.flow = false;
    return node;
  }

  #condition(node: unknown): unknown {
    const { yaml } = this;
    const short = this.#short(node);
    if (yaml.isMap(short) && short.items.length === 1) {
      const [pair] = short.items as [Pair];
      const name = yaml.isScalar(pair.key) ? String(pair.key.value) : "";
      if (yaml.isSeq(pair.value) && (name === "all" || name === "any")) {
        pair.value.items = pair.value.items.map((item) => this.#condition(item));
        return this.#style(short);
      }
      if (name === "not") {
        pair.value = this.#condition(pair.value);
        return this.#style(short);
      }
    }
    return this.#use(short);
  }

  /** A step or a match, in its shortest form. */
  #use(node: unknown): unknown {
    const { yaml } = this;
    const short = this.#short(node);
    if (!yaml.isMap(short) || short.items.length !== 1) return this.#style(short);
    const [pair] = short.items as [Pair];
    const { key, value } = pair;
    if (!yaml.isScalar(key) || !isBare(key) || !isBare(short)) return this.#style(short);
    const empty =
      value === null ||
      (yaml.isScalar(value) && value.value === null && isBare(value)) ||
      (yaml.isMap(value) && value.items.length === 0 && isBare(value));
    if (empty && key.value !== "not" && key.value !== "all") return this.#style(key);
    if (yaml.isMap(value)) this.#order(value, ENDS);
    return this.#style(short);
  }

  /** `{ kind, module, params }` and `{ kind, of }` written short. */
  #short(node: unknown): unknown {
    const { yaml } = this;
    if (!yaml.isMap(node) || !isBare(node)) return node;
    if (!node.items.every((p) => yaml.isScalar(p.key) && isBare(p.key))) return node;
    const keys = node.items.map((p) => String((p.key as { value: unknown }).value)).sort();
    const kind = node.get("kind");
    const words = node.items.filter(
      (p) => !/^(?:params|of)$/.test(String((p.key as { value: unknown }).value)),
    );
    if (!words.every((p) => yaml.isScalar(p.value) && isBare(p.value))) return node;
    const rename = (name: unknown, value: unknown): unknown => {
      const map = new yaml.YAMLMap();
      map.items = [new yaml.Pair(new yaml.Scalar(name), value ?? new yaml.YAMLMap())];
      return map;
    };
    if (/^kind,module(,params)?$/.test(keys.join()) && (kind === "step" || kind === "match")) {
      return rename(node.get("module"), node.get("params", true));
    }
    const connective = kind === "all" || kind === "any" || kind === "not";
    return connective && keys.join() === "kind,of" ? rename(kind, node.get("of", true)) : node;
  }

  #list(node: unknown, each: (item: unknown) => unknown): unknown {
    if (!this.yaml.isSeq(node)) return this.#style(node);
    node.flow = node.items.length === 0;
    node.items = node.items.map(each);
    return node;
  }

  #block(node: unknown): unknown {
    this.#style(node);
    if (this.yaml.isCollection(node)) node.flow = node.items.length === 0;
    return node;
  }

  #each(map: YAMLMap, change: (key: string, value: unknown) => unknown): void {
    for (const pair of map.items) {
      const { key } = pair;
      this.#style(key);
      pair.value = change(this.yaml.isScalar(key) ? String(key.value) : "", pair.value);
    }
  }

  #order(map: YAMLMap, keys: readonly string[]): void {
    if (!this.#mayMove) return;
    const rank = (pair: Pair): number => {
      const at = keys.indexOf(this.yaml.isScalar(pair.key) ? String(pair.key.value) : "");
      return at < 0 ? keys.length : at;
    };
    const [first] = map.items;
    map.items = map.items
      .map((pair, i) => ({ pair, i, rank: rank(pair) }))
      .sort((a, b) => a.rank - b.rank || a.i - b.i)
      .map(({ pair }) => pair);
    const key = map.items[0]?.key;
    // An empty line above what is now the first key would stand below a dash or a colon.
    if (map.items[0] !== first && this.yaml.isNode(key)) delete key.spaceBefore;
  }

  /** Quotes where they are needed, and on one line what is short and holds no comment. */
  #style(node: unknown): unknown {
    const { yaml } = this;
    if (yaml.isScalar(node)) {
      const { type, value } = node;
      if ((type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") && typeof value === "string") {
        node.type = PLAIN.test(value) && !WORDS.test(value) ? "PLAIN" : "QUOTE_DOUBLE";
      }
    } else if (yaml.isMap(node)) {
      for (const pair of node.items) {
        this.#style(pair.key);
        this.#style(pair.value);
      }
      node.flow = this.#fitsOnLine(node);
    } else if (yaml.isSeq(node)) {
      node.items.forEach((item) => this.#style(item));
      node.flow = this.#fitsOnLine(node);
    }
    return node;
  }

  #fitsOnLine(node: YAMLMap | YAMLSeq): boolean {
    const { yaml } = this;
    if (node.items.length === 0) return true;
    if (node.comment != null) return false;
    let width = 2;
    for (const item of node.items) {
      const parts = yaml.isPair(item) ? [item.key, item.value] : [item];
      for (const part of parts) {
        if (part === null) continue;
        if (!yaml.isScalar(part) || !hasNoComment(part) || isBlockText(part)) return false;
        width += String(part.value).length + 2;
      }
    }
    return width <= FLOW_WIDTH;
  }
}

const isBlockText = (node: { type?: string | undefined }): boolean =>
  node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";

const hasNoComment = (node: Node): boolean => node.comment == null && node.commentBefore == null;

/** Nothing would go with the node but its value. */
function isBare(node: Node): boolean {
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  return (
    hasNoComment(node) && anchor === undefined && (tag === undefined || tag.startsWith("tag:yaml.org,2002:"))
  );
}
