import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where what guests need is kept; `npm run clean` need not touch it. */
export const CACHE = fileURLToPath(new URL("../../../.cache/guest", import.meta.url));

/** The package that a metapackage stands for today, or the package itself. */
export function concretePackage(name: string): string {
  const text = execFileSync("apt-cache", ["depends", name], { encoding: "utf8" });
  return /^\s*Depends: (linux-image-\d\S*)/m.exec(text)?.[1] ?? name;
}

/**
 * Downloads a Debian package through apt and unpacks it, once.
 *
 * @returns the directory it was unpacked to
 */
export function unpackedPackage(name: string): string {
  const target = join(CACHE, name);
  if (existsSync(target)) return target;
  const work = `${target}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    execFileSync("apt-get", ["-qq", "-o", "APT::Sandbox::User=root", "download", name], {
      cwd: work,
      stdio: "pipe",
    });
    const deb = readdirSync(work).find((file) => file.endsWith(".deb"));
    if (deb === undefined) throw new Error(`download ${name}: apt-get left no package`);
    execFileSync("dpkg-deb", ["-x", join(work, deb), join(work, "tree")]);
    renameSync(join(work, "tree"), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}
