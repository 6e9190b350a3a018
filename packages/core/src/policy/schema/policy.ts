import type { ModuleCatalog } from "../../module/catalog.js";
import { HOOKS, type Manifest, type ModuleKind } from "../../module/types.js";
import { CAPACITY, INTERFACE, MODES, PACKAGE, PRIORITY } from "../normalise.js";
import { NAME } from "../reader.js";
import { endDefinitions } from "./ends.js";
import { namesOf, needsNothing, useSchema } from "./modules.js";
import { object, orVariable, ref, type Schema } from "./types.js";

const LITERAL = /[.*+?^${}()|[\]\\/]/g;
const exactly = (text: string): string => `^${text.replace(LITERAL, "\\$&")}$`;

interface Uses {
  readonly names: Schema | false;
  readonly use: Schema;
}

/** Ways to write the use of a module: its name alone, or with its parameters. */
function uses(kind: ModuleKind, manifests: readonly Manifest[]): Uses {
  const short = manifests
    .filter(needsNothing)
    .flatMap((m) =>
      namesOf(m).map((name, i) => ({ const: name, ...(i === 0 ? { description: m.description } : {}) })),
    );
  const properties = Object.fromEntries(manifests.map((m) => [m.module, ref(`${kind}-${m.module}`)]));
  // Other names are understood, but not offered.
  const patternProperties = Object.fromEntries(
    manifests.flatMap((m) =>
      namesOf(m)
        .filter((name) => !(name in properties))
        .map((name) => [exactly(name), ref(`${kind}-${m.module}`)]),
    ),
  );
  const one = { patternProperties, minProperties: 1, maxProperties: 1 };
  return { names: short.length > 0 ? { anyOf: short } : false, use: object(properties, [], one) };
}

/** The form that `policySet()` of TypeScript writes. */
function fullForm(kind: "step" | "match", names: readonly string[]): Schema {
  const keys = {
    kind: { const: kind },
    module: { enum: names },
    params: { type: "object" },
    root: { type: "string" },
  };
  return object(keys, ["kind", "module"]);
}

function conditionSchema(selectors: readonly Manifest[]): Schema {
  const condition = ref("condition");
  const list = { type: "array", items: condition };
  const { names, use } = uses("selector", selectors);
  const any = selectors.some((m) => m.module === "any")
    ? { if: { type: "array" }, then: list, else: ref("selector-any") }
    : list;
  const connectives = {
    all: { ...list, description: "Every one of these matches; all: [] matches every packet." },
    any: { ...any, description: "One of these matches." },
    not: { allOf: [condition], description: "This does not match, or finds nothing to look at." },
  };
  const short = { ...use, properties: { ...(use["properties"] as object), ...connectives } };
  const full = {
    anyOf: [
      fullForm("match", selectors.flatMap(namesOf)),
      object({ kind: { enum: ["all", "any"] }, of: list }, ["kind", "of"]),
      object({ kind: { const: "not" }, of: condition }, ["kind", "of"]),
    ],
  };
  return {
    description: "Which packets: a selector, or all, any, not around some.",
    if: { type: "object", required: ["kind"] },
    then: full,
    else: { if: { type: "string" }, then: names, else: short },
  };
}

function stepSchema(actors: readonly Manifest[]): Schema {
  const { names, use } = uses("actor", actors);
  return {
    description: "An actor: its name, or its name with parameters.",
    if: { type: "object", required: ["kind"] },
    then: fullForm("step", actors.flatMap(namesOf)),
    else: { if: { type: "string" }, then: names, else: use },
  };
}

const interfaces: Schema = {
  description: "One interface or several: eth0, eth*, namespace/eth0.",
  anyOf: [ref("interface"), { type: "array", items: ref("interface"), minItems: 1 }],
};

function attachSchema(): Schema {
  const xdp = object({ interfaces, mode: { enum: MODES, default: "auto" } }, ["interfaces"]);
  const hooks = {
    xdp: {
      description: "Packets that arrive, before the kernel makes an skb of them.",
      if: { type: "object" },
      then: xdp,
      else: interfaces,
    },
    "tc-ingress": { ...interfaces, description: "Packets that arrive, after XDP." },
    "tc-egress": { ...interfaces, description: "Packets that leave." },
  };
  const description = "Where the policies act: interfaces for each hook.";
  return object(hooks, [], { description, anyOf: HOOKS.map((hook) => ({ required: [hook] })) });
}

const policyKeys: Readonly<Record<string, Schema>> = {
  name: ref("name"),
  when: ref("condition"),
  chain: {
    type: "array",
    items: ref("step"),
    description: "Actors that packets go through, in this order; [] lets them pass.",
  },
  priority: orVariable({ type: "integer", minimum: -PRIORITY, maximum: PRIORITY }),
  continue: orVariable({ type: "boolean" }),
  onError: orVariable({ enum: ["pass", "drop"] }),
  capacity: orVariable({ type: "integer", minimum: 1, maximum: CAPACITY }),
};

const DESCRIPTIONS: Readonly<Record<string, Schema>> = {
  priority: { description: "The higher number wins; ties go by set name, then policy name.", default: 0 },
  continue: { description: "After this chain the next policy that matches runs, too.", default: false },
  onError: { description: "What happens to a packet when a step fails.", default: "pass" },
  capacity: { description: "Most rules it can hold besides those of `when`." },
};

const headKeys: Readonly<Record<string, Schema>> = {
  vars: {
    type: "object",
    description: "Variables: `${name}` in a value stands for them. `--var name=value` is stronger.",
    propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_-]{0,62}$" },
    additionalProperties: {
      anyOf: [ref("scalar"), { type: "array", items: ref("scalar"), minItems: 1 }],
    },
  },
  include: {
    description: "Files, from the directory of this one, whose documents and variables belong to it.",
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string", minLength: 1 } },
    ],
  },
};

function setSchema(head: boolean): Schema {
  const keys = {
    name: ref("name"),
    attach: ref("attach"),
    policies: { type: "array", items: ref("policy"), description: "The policies of the set." },
    modules: {
      type: "object",
      description: "Package to use for a module name, where several provide it.",
      additionalProperties: orVariable({ type: "string", pattern: PACKAGE.source }),
    },
  };
  return object(head ? { ...keys, ...headKeys } : keys, ["name", "attach", "policies"]);
}

/**
 * JSON schema (draft 7) of policy files, made from the modules that are installed: editors complete module names and
 * parameters and check their values. What depends on the machine or on several values together only `plan` knows.
 */
export function policyFileSchema(catalog: Pick<ModuleCatalog, "list">): Schema {
  const manifests = catalog.list().map((m) => m.manifest);
  const byModule = [...new Map(manifests.map((m) => [m.module, m])).values()];
  const actors = byModule.filter((m) => m.kind === "actor");
  const selectors = byModule.filter((m) => m.kind === "selector");
  const named = byModule.map((m) => [`${m.kind}-${m.module}`, useSchema(m)] as const);
  const keys = Object.fromEntries(
    Object.entries(policyKeys).map(([k, v]) => [k, { ...v, ...DESCRIPTIONS[k] }]),
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "eMPTCP policy file",
    description: "A policy set, a list of them, or a document with variables and includes only.",
    if: { type: "array" },
    then: { type: "array", items: ref("listed-set") },
    else: {
      if: { type: "object", minProperties: 1, propertyNames: { enum: Object.keys(headKeys) } },
      then: object(headKeys),
      else: ref("set"),
    },
    definitions: {
      set: setSchema(true),
      "listed-set": setSchema(false),
      attach: attachSchema(),
      policy: object(keys, ["name", "when", "chain"]),
      condition: conditionSchema(selectors),
      step: stepSchema(actors),
      name: orVariable({ type: "string", pattern: NAME.source }),
      interface: orVariable({ type: "string", pattern: INTERFACE.source }),
      scalar: { type: ["string", "number", "boolean"] },
      variable: { type: "string", pattern: "\\$\\{[A-Za-z_][A-Za-z0-9_-]*\\}" },
      ...endDefinitions(),
      ...Object.fromEntries(named),
    },
  };
}
