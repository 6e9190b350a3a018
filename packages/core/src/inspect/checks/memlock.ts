import { kernelAtLeast } from "../../libbpf/index.js";
import { readText } from "../read-text.js";
import type { Check } from "../types.js";

const GENEROUS = 512 << 20;

export const memlock: Check = {
  name: "memlock",
  run() {
    if (kernelAtLeast("5.11"))
      return [
        { level: "ok", message: "memory of maps counts for the control group, not for RLIMIT_MEMLOCK" },
      ];
    const limit = /^Max locked memory\s+(\S+)/m.exec(readText("/proc/self/limits") ?? "")?.[1] ?? "";
    if (limit === "unlimited" || Number(limit) >= GENEROUS)
      return [{ level: "ok", message: `RLIMIT_MEMLOCK is ${limit}` }];
    const message = `RLIMIT_MEMLOCK is ${limit} bytes; maps of this kernel count for it and need up to 512 MiB`;
    return [{ level: "warning", message, fix: "ulimit -l unlimited" }];
  },
};
