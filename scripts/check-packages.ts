import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { workspacePackages } from "./lib/packages.js";

let found = 0;
for (const { dir, path, json } of workspacePackages()) {
  if (json.private === true) continue;
  const { messages } = await publint({ pkgDir: path, pack: false, strict: true });
  for (const message of messages)
    console.log(`packages/${dir}/package.json: ${formatMessage(message, { ...json }) ?? message.code}`);
  found += messages.length;
}
console.log(`${found} findings`);
process.exitCode = found === 0 ? 0 : 1;
