import { bpfSources } from "./lib/bpf-sources.js";
import { run } from "./lib/run.js";

const outcomes = [await run("prettier", ["--write", "--log-level", "warn", "."], true)];
if (bpfSources.length > 0) outcomes.push(await run("clang-format", ["-i", ...bpfSources], true));
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
