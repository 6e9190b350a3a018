import { checkModulePackage } from "./check-plugins/check.js";
import { isModule, workspacePackages } from "./lib/packages.js";

const packages = workspacePackages();
const core = packages.find(({ dir }) => dir === "core")?.json.version ?? "0.0.0";
const modules = packages.filter(({ dir }) => isModule(dir));
const findings = modules.flatMap(({ dir, path }) =>
  checkModulePackage(path, core).map(
    ({ file, text }) => `packages/${dir}${file === "" ? "" : `/${file}`}: ${text}`,
  ),
);
for (const line of findings) console.log(line);
console.log(`${modules.length} modules, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
