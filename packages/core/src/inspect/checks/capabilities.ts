import { missingCapabilities } from "../../libbpf/index.js";
import type { Check } from "../types.js";

export const capabilities: Check = {
  name: "capabilities",
  run() {
    const missing = missingCapabilities();
    if (missing.length === 0)
      return [{ level: "ok", message: "this process may load, attach and enter namespaces" }];
    const message = `this process lacks ${missing.join(", ")}: some checks cannot look, and it can change nothing`;
    return [{ level: "warning", message, fix: "sudo emptcp doctor" }];
  },
};
