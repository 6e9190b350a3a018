import { existsSync } from "node:fs";
import { bpffsMounts, isOnBpffs } from "../../libbpf/index.js";
import type { Check } from "../types.js";

const STANDARD = "/sys/fs/bpf";

export const bpffs: Check = {
  name: "bpffs",
  run({ pinDir }) {
    if (isOnBpffs(pinDir)) return [{ level: "ok", message: `${pinDir} is on a BPF file system` }];
    const target = pinDir.startsWith(`${STANDARD}/`) ? STANDARD : pinDir;
    if (!existsSync(target) && target === STANDARD)
      return [{ level: "problem", message: `there is no ${STANDARD}`, fix: "mount -t sysfs sysfs /sys" }];
    const others = bpffsMounts();
    const elsewhere = others.length === 0 ? "" : `; one is mounted at ${others.join(", ")}`;
    return [
      {
        level: "problem",
        message: `${pinDir} is not on a BPF file system${elsewhere}`,
        fix: `mount -t bpf bpf ${target}`,
      },
    ];
  },
};
