import semver from "semver";
import type { Finding, Rule } from "./module-package.js";

const SYMBOL_LENGTH = 15;
const LICENSE = "GPL-2.0-only AND MIT";
const MANIFEST = "./dist/manifest.json";

const endsWithPeriod = (text: string | undefined): boolean => text?.trimEnd().endsWith(".") ?? false;

/** One name, three spellings: directory and npm, C, TypeScript. */
export const names: Rule = ({ dir, kind, module, symbol, exported, json, definition }) => {
  const file = "src/index.ts";
  const findings: Finding[] = [];
  const expect = (where: string, what: string, got: string | undefined, wanted: string): void => {
    if (got !== wanted)
      findings.push({ file: where, text: `${what} is ${got ?? "missing"}: write ${wanted}` });
  };
  expect("package.json", "name", json.name === "" ? undefined : json.name, `@emptcp/${dir}`);
  if (symbol.length > SYMBOL_LENGTH)
    findings.push({
      file: "",
      text: `C name ${symbol} has ${symbol.length} characters, the kernel cuts at ${SYMBOL_LENGTH}: choose a shorter name`,
    });
  const call = kind === "actor" ? "defineActor" : "defineSelector";
  if (definition === undefined)
    return [...findings, { file, text: `no definition: export const ${exported} = ${call}({ … })` }];
  expect(file, "the definition's function", definition.call, call);
  expect(file, "the exported name", definition.exported, exported);
  expect(file, "module", definition.module, module);
  expect(file, "symbol", definition.symbol, symbol);
  if (!endsWithPeriod(definition.description))
    findings.push({ file, text: "description is missing or does not end with a period: write one sentence" });
  return findings;
};

/** package.json: what npm, discovery and licence scanners read. */
export const packageJson: Rule = ({ kind, json, coreVersion }) => {
  const file = "package.json";
  const findings: Finding[] = [];
  const need = (ok: boolean, text: string): void => void (ok || findings.push({ file, text }));
  need(
    endsWithPeriod(json.description),
    "description is missing or does not end with a period: write one sentence",
  );
  need(json.license === LICENSE, `license is ${json.license ?? "missing"}: write "${LICENSE}"`);
  for (const keyword of ["emptcp", `emptcp-${kind}`])
    need(json.keywords?.includes(keyword) ?? false, `keyword ${keyword} is missing: add it to keywords`);
  need(
    json.emptcp?.manifest === MANIFEST,
    `emptcp.manifest is missing: write "emptcp": { "manifest": "${MANIFEST}" }`,
  );
  for (const part of ["dist", "src/*.bpf.c"])
    need(
      json.files?.includes(part) ?? false,
      `files does not name ${part}: add it, objects ship with their source`,
    );
  need(
    json.exports?.["./package.json"] === "./package.json",
    'exports lacks "./package.json": discovery reads it, add it',
  );
  const peer = json.peerDependencies?.["@emptcp/core"];
  need(
    peer !== undefined && !peer.startsWith("workspace:") && semver.satisfies(coreVersion, peer),
    `peer range of @emptcp/core is ${peer ?? "missing"}: write by hand a range that ${coreVersion} satisfies, "^0.1.0"`,
  );
  for (const name of ["@emptcp/core", "@emptcp/testing"])
    need(json.devDependencies?.[name] === "workspace:^", `devDependencies: write "${name}": "workspace:^"`);
  return findings;
};
