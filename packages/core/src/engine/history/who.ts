import { readFileSync } from "node:fs";
import type { Who } from "./entry.js";

const NOBODY_LOGGED_IN = 0xffffffff;

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function nameOf(uid: number): string | undefined {
  const line = read("/etc/passwd")
    .split("\n")
    .find((l) => l.split(":")[2] === `${uid}`);
  return line?.split(":")[0];
}

/** The user behind this process. */
export function whoAmI(): Who {
  const uid = process.getuid?.() ?? -1;
  const user = nameOf(uid);
  const sudoUser = process.env["SUDO_USER"];
  const loginUid = Number(read("/proc/self/loginuid") || NOBODY_LOGGED_IN);
  const login = loginUid === NOBODY_LOGGED_IN ? undefined : (nameOf(loginUid) ?? `${loginUid}`);
  return {
    uid,
    ...(user !== undefined && { user }),
    ...(sudoUser !== undefined && { sudoUser }),
    ...(login !== undefined && { login }),
  };
}

/** The arguments of this process without node, so that a reader sees what was typed. */
export function commandLine(): string[] {
  return process.argv.slice(1);
}

/** Identity of this boot of the machine. */
export function bootId(): string {
  return read("/proc/sys/kernel/random/boot_id").trim();
}
