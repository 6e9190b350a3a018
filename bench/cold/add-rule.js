// Adds one rule to the policy `rules/p`, as a process that starts from nothing. Plain JavaScript: compiling
// TypeScript first is not what is measured.
import { openEngine } from "@emptcp/core";

const [pinDir, module, run] = process.argv.slice(2);
const engine = await openEngine({ pinDir });
const src = `203.0.113.${run}`;
const params = module === "subflow" ? { src: `${src}:1`, dst: "192.0.2.1:443" } : { src, dst: "192.0.2.1" };
await engine.policy("rules/p").rules.add({ when: { kind: "match", module, params } });
engine.close();
