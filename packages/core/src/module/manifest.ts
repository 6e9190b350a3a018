import { ProblemsError, type Problem } from "../errors.js";
import { Rules } from "./manifest-rules.js";
import { checkKey } from "./manifest-key.js";
import { checkLayout, checkParamList } from "./manifest-params.js";
import { checkParamRules } from "./manifest-param-rules.js";
import { isKebab, kebabToSnake, SYMBOL_LENGTH } from "./names.js";
import { checkFieldList } from "../values/check.js";
import { HOOKS, POWERS, type Manifest } from "./types.js";

const KEYS = [
  "schema",
  "name",
  "version",
  "kind",
  "module",
  "symbol",
  "aliases",
  "abi",
  "core",
  "description",
  "hooks",
  "license",
  "params",
  "paramsSize",
  "key",
  "maps",
  "events",
  "fields",
  "powers",
  "refusals",
  "refuses",
  "helpers",
  "kernel",
  "objects",
] as const;

const PACKAGE = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?(?:\+[0-9A-Za-z.-]{1,64})?$/;
const IDENTIFIER = /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;
const FILE = /^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,126}\.o$/;
const ROW = 1008;
const MOST_ALIASES = 8;

function checkIdentity(r: Rules, m: Readonly<Record<string, unknown>>): void {
  r.equal("schema", m["schema"], 1);
  r.text("name", m["name"], 214, PACKAGE);
  r.text("version", m["version"], 150, VERSION);
  r.oneOf("kind", m["kind"], ["actor", "selector"]);
  const module = m["module"];
  r.check(
    "module",
    typeof module === "string" && module.length <= SYMBOL_LENGTH && isKebab(module),
    `a kebab-case name of at most ${SYMBOL_LENGTH} characters`,
    module,
  );
  const symbol = typeof module === "string" ? kebabToSnake(module) : "";
  r.check("symbol", m["symbol"] === symbol, `"${symbol}", the module's name in C`, m["symbol"]);
  checkAliases(r, m["aliases"], module);
  r.integer("abi", m["abi"], 1, 0xffff);
  r.text("core", m["core"], 100);
  r.text("description", m["description"], 2000);
  r.text("license", m["license"], 100);
  r.text("kernel", m["kernel"], 16, /^\d{1,3}\.\d{1,3}$/);
}

function checkAliases(r: Rules, input: unknown, module: unknown): void {
  if (input === undefined) return;
  r.each("aliases", input, MOST_ALIASES, (at, item) => {
    r.text(at, item, 64, /^[a-z][a-z0-9_-]*$/);
    r.check(at, item !== module, "another name than the module's own", item);
  });
  const names = Array.isArray(input) ? (input as unknown[]) : [];
  r.check("aliases", new Set(names).size === names.length, "different names", input);
}

function checkMaps(r: Rules, input: unknown): void {
  r.each("maps", input, 64, (at, item) => {
    const map = r.object(at, item, [
      "name",
      "type",
      "keySize",
      "valueSize",
      "maxEntries",
      "flags",
      "scope",
      "shared",
    ]);
    if (!map) return;
    r.text(`${at}.name`, map["name"], 64, IDENTIFIER);
    r.text(`${at}.type`, map["type"], 40, /^[a-z][a-z0-9_]*$/);
    for (const key of ["keySize", "valueSize", "maxEntries", "flags"])
      r.integer(`${at}.${key}`, map[key], 0, 0xffffffff);
    r.oneOf(`${at}.scope`, map["scope"], ["module", "policy", "step"]);
    r.check(`${at}.shared`, typeof map["shared"] === "boolean", "true or false", map["shared"]);
  });
  r.unique("maps", input, "name");
}

function checkEvents(r: Rules, input: unknown): void {
  if (input === undefined) return; // packages built before there were events
  r.each("events", input, 256, (at, item) => {
    const event = r.object(at, item, ["name", "kind", "version", "size", "fields"]);
    if (!event) return;
    r.text(`${at}.name`, event["name"], 64, IDENTIFIER);
    r.integer(`${at}.kind`, event["kind"], 0, 0xfffe);
    r.integer(`${at}.version`, event["version"], 1, 0xffff);
    const size = r.integer(`${at}.size`, event["size"], 0, 1024);
    checkFieldList(r, `${at}.fields`, event["fields"], size ?? 0);
  });
  r.unique("events", input, "name");
  r.unique("events", input, "kind");
}

function checkFields(r: Rules, input: unknown): void {
  const fields = r.object("fields", input, ["provides", "requires"]);
  for (const side of fields ? ["provides", "requires"] : []) {
    r.each(`fields.${side}`, fields?.[side], 8, (at, item) => {
      const field = r.object(at, item, ["name", "size"]);
      if (!field) return;
      r.text(`${at}.name`, field["name"], 64, /^[a-z][a-z0-9_-]*$/);
      r.check(`${at}.size`, [1, 2, 4, 8].includes(field["size"] as number), "1, 2, 4 or 8", field["size"]);
    });
    r.unique(`fields.${side}`, fields?.[side], "name");
  }
}

function checkObjects(r: Rules, input: unknown, hooks: unknown): void {
  const objects = r.object("objects", input, HOOKS);
  const wanted = Array.isArray(hooks) ? (hooks as unknown[]) : [];
  for (const hook of objects ? wanted : []) {
    r.check(
      `objects.${String(hook)}`,
      objects?.[String(hook)] !== undefined,
      "an object for each hook",
      undefined,
    );
  }
  for (const [hook, item] of Object.entries(objects ?? {})) {
    const at = `objects.${hook}`;
    r.check(at, wanted.includes(hook), "hooks of the module only", hook);
    const object = r.object(at, item, ["file", "sha256", "size"]);
    if (!object) continue;
    r.check(
      `${at}.file`,
      typeof object["file"] === "string" && FILE.test(object["file"]) && !object["file"].includes(".."),
      "the name of an object file beside the manifest",
      object["file"],
    );
    r.text(`${at}.sha256`, object["sha256"], 64, /^[0-9a-f]{64}$/);
    r.integer(`${at}.size`, object["size"], 1, 16 << 20);
  }
}

/** Everything wrong with a manifest, which may come from anyone. Paths are those inside the manifest. */
export function checkManifest(input: unknown): Problem[] {
  const r = new Rules();
  const m = r.object("", input, KEYS);
  if (!m) return r.problems;
  checkIdentity(r, m);
  r.list("hooks", m["hooks"], HOOKS, 1);
  r.list("powers", m["powers"], POWERS, 0);
  r.each("helpers", m["helpers"], 256, (at, item) => r.text(at, item, 64, /^bpf_[a-z0-9_]+$/));
  if (m["refusals"] !== undefined)
    r.each("refusals", m["refusals"], 64, (at, item) => r.text(at, item, 40, /^[\w -]+$/));
  checkMaps(r, m["maps"]);
  checkEvents(r, m["events"]);
  checkFields(r, m["fields"]);
  checkObjects(r, m["objects"], m["hooks"]);
  checkParamList(r, m["params"]);
  checkParamRules(r, m["refuses"], m["params"]);
  const size = r.integer("paramsSize", m["paramsSize"], 0, ROW);
  if (r.problems.length === 0 && m["kind"] === "actor") checkLayout(r, input as Manifest, size ?? 0);
  if (m["kind"] === "selector") checkKey(r, m["key"]);
  else r.check("key", m["key"] === undefined, "no key: only selectors have one", m["key"]);
  return r.problems;
}

/**
 * Checks untrusted JSON and returns it as a manifest.
 *
 * @param where file that it was read from
 * @throws ProblemsError (ERR_EMPTCP_MANIFEST) with everything wrong in it
 */
export function parseManifest(input: unknown, where: string): Manifest {
  const problems = checkManifest(input);
  if (problems.length === 0) return input as Manifest;
  throw new ProblemsError(problems, "ERR_EMPTCP_MANIFEST", { values: { path: where } });
}
