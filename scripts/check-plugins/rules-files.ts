import type { Finding, Rule } from "./module-package.js";

const C_LINES = 100;
const SPDX = "// SPDX-License-Identifier: GPL-2.0-only";
/** Second-level headings of a README, in this order; the first two are required. */
const HEADINGS = [
  "Parameters",
  "Example",
  "State",
  "Fields",
  "Events",
  "Counters",
  "Cost",
  "Limits",
  "Upgrades",
];
const REQUIRED_HEADINGS = HEADINGS.slice(0, 2);

/** Exactly six files: package.json, tsconfig.json, README.md, src/index.ts, src/<symbol>.bpf.c and one test. */
export const sixFiles: Rule = ({ files, symbol, module }) => {
  const wanted = ["package.json", "tsconfig.json", "README.md", "src/index.ts", `src/${symbol}.bpf.c`];
  const tests = files.filter((file) => /^test\/[^/]+\.test\.ts$/.test(file));
  const findings: Finding[] = wanted
    .filter((file) => !files.includes(file))
    .map((file) => ({ file, text: `the file is missing: write it (packages/actor-pass shows its shape)` }));
  if (tests.length !== 1)
    findings.push({ file: "test", text: `${tests.length} tests: keep exactly one, test/${module}.test.ts` });
  for (const file of files)
    if (!wanted.includes(file) && !tests.includes(file))
      findings.push({ file, text: "not one of the six files of a module: move it away or remove it" });
  return findings;
};

/** The C source is short and says its licence in the first line. */
export const cSource: Rule = ({ symbol, files, text }) => {
  const file = `src/${symbol}.bpf.c`;
  if (!files.includes(file)) return [];
  const lines = text(file).trimEnd().split("\n");
  const findings: Finding[] = [];
  if (lines.length > C_LINES)
    findings.push({
      file,
      text: `${lines.length} lines: bring it to ${C_LINES}, or move what others can use into the SDK`,
    });
  if (lines[0] !== SPDX) findings.push({ file, text: `line 1 is not the licence: begin with ${SPDX}` });
  return findings;
};

/** README: title, the known headings, in their order. */
export const readme: Rule = ({ dir, files, text }) => {
  const file = "README.md";
  if (!files.includes(file)) return [];
  const body = text(file).replace(/^```[\s\S]*?^```/gm, "");
  const findings: Finding[] = [];
  const title = `# @emptcp/${dir}`;
  if (body.split("\n")[0] !== title)
    findings.push({ file, text: `line 1 is not the title: begin with "${title}"` });
  const headings = [...body.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading.trim());
  for (const heading of headings)
    if (!HEADINGS.includes(heading))
      findings.push({ file, text: `unknown heading "## ${heading}": use one of ${HEADINGS.join(", ")}` });
  for (const heading of REQUIRED_HEADINGS)
    if (!headings.includes(heading))
      findings.push({ file, text: `no heading "## ${heading}": write that section` });
  const known = headings.filter((heading) => HEADINGS.includes(heading));
  const sorted = HEADINGS.filter((heading) => known.includes(heading));
  if (known.join() !== sorted.join())
    findings.push({
      file,
      text: `headings are out of order or twice: bring them into the order ${sorted.join(", ")}`,
    });
  return findings;
};

/** The test runs the contract that every module must pass, or says why it cannot. */
export const contract: Rule = ({ kind, exported, files, text }) => {
  const call = kind === "actor" ? "testActor" : "testSelector";
  const accepted = new RegExp(`\\b${call}\\(\\s*${exported}\\b|^// Without ${call}: \\S.*$`, "m");
  return files
    .filter((file) => file.startsWith("test/") && !accepted.test(text(file)))
    .map((file) => ({
      file,
      text: `does not run the contract: call ${call}(${exported}, …) of @emptcp/testing, or write "// Without ${call}: <why>"`,
    }));
};
